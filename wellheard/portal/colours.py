"""The organisation's colour as text, button and soft ground on the public pages, readable in light and in dark.

Contrast is that of WCAG 2.2 (relative luminance, 1.4.3): at least 4.5 to 1 for text of any size.
"""

import re
from dataclasses import dataclass

Rgb = tuple[float, float, float]

ENOUGH = 4.5
FALLBACK = "#2c6a2f"
# The grounds on which the colour stands as text, from base.css: paper and quiet areas, light and dark.
LIGHT_GROUNDS = ("#f3f2ee", "#f6f5f2", "#ffffff")
DARK_GROUNDS = ("#0e1218", "#161b24", "#1c222d")
WHITE, INK, BLACK = "#ffffff", "#10182b", "#000000"


@dataclass(frozen=True)
class Shades:
    """The colour for one scheme: for text and grounds of buttons, for words on it, and a soft ground under it."""

    accent: str
    on: str
    soft: str


@dataclass(frozen=True)
class Brand:
    """Both schemes."""

    light: Shades
    dark: Shades


def brand_of(colour: str) -> Brand:
    """The shades of a colour; anything that is no colour gives those of our green."""
    given = _rgb(colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else FALLBACK)
    light_soft, dark_soft = _mixed(given, _rgb(WHITE), 0.9), _mixed(given, _rgb(DARK_GROUNDS[1]), 0.82)
    light = _until_readable(given, (0, 0, 0), [*map(_rgb, LIGHT_GROUNDS), light_soft])
    dark = _until_readable(given, (1, 1, 1), [*map(_rgb, DARK_GROUNDS), dark_soft])
    return Brand(
        light=Shades(_hex(light), _words_on(light), _hex(light_soft)),
        dark=Shades(_hex(dark), _words_on(dark), _hex(dark_soft)),
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (the same) to 21 (black and white)."""
    return _contrast(_rgb(one), _rgb(other))


def stylesheet(brand: Brand) -> str:
    """The tokens that base.css has for the accent, with the organisation's shades."""
    light, dark = brand.light, brand.dark
    return (
        f":root {{ --accent: {light.accent}; --accent-on: {light.on}; --accent-soft: {light.soft}; }}\n"
        "@supports (color: light-dark(red, red)) { :root { "
        f"--accent: light-dark({light.accent}, {dark.accent}); --accent-on: light-dark({light.on}, {dark.on}); "
        f"--accent-soft: light-dark({light.soft}, {dark.soft}); }} }}\n"
    )


def _until_readable(colour: Rgb, towards: Rgb, grounds: list[Rgb]) -> Rgb:
    """The colour, mixed with black or white in small steps until it can be read on every ground."""
    for step in range(101):
        mixed = _mixed(colour, towards, step / 100)
        if all(_contrast(mixed, ground) >= ENOUGH for ground in grounds):
            return mixed
    return towards


def _words_on(ground: Rgb) -> str:
    # White or black always gives more than 4.58 (the root of 21); ink is nicer where it is dark enough.
    words = max((WHITE, INK), key=lambda each: _contrast(_rgb(each), ground))
    return words if _contrast(_rgb(words), ground) >= ENOUGH else BLACK


def _mixed(colour: Rgb, other: Rgb, share: float) -> Rgb:
    r, g, b = (mine * (1 - share) + theirs * share for mine, theirs in zip(colour, other, strict=True))
    return _rgb(_hex((r, g, b)))  # as it will be written, so that rounding takes no contrast away


def _rgb(colour: str) -> Rgb:
    r, g, b = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return r, g, b


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def _contrast(one: Rgb, other: Rgb) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
