"""Where everything stands on a score's ruler: positions in per cent, as SVG wants them, and their words."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from wellheard.core.templatetags.words import Number, number


@dataclass(frozen=True)
class Mark:
    """Something on a ruler: how far along it is (per cent, as SVG wants it), its words and on which side they stand."""

    at: str
    words: str = ""
    anchor: str = "middle"
    is_major: bool = True


@dataclass(frozen=True)
class Ruler:
    """Everything that score-ruler draws. Without answers or without an interval there is nothing to draw."""

    value: str
    certainty: str
    description: str
    needle: Mark
    band_from: str
    band_width: str
    ticks: list[Mark]
    notes: list[Mark]


def major_step(span: float) -> float:
    """The distance between labels: a round number that gives at most five of them beside the first."""
    power = 10.0 ** math.floor(math.log10(span / 5))
    return next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 5 + 1e-9)


def anchored(percent_along: float, words: str) -> str:
    """On which side of its mark a label stands, so that it stays on a ruler of phone width (about 280 px)."""
    half = len(words) * 6.4 / 2 / 280 * 100
    return "start" if percent_along < half else "end" if percent_along > 100 - half else "middle"


def ruler_marks(low: float, high: float) -> list[Mark]:
    """The ruler's ticks, five finer ones to each label."""
    step = major_step(high - low)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    fine = step / 5
    marks = []
    for index in range(math.ceil(low / fine - 1e-9), math.floor(high / fine + 1e-9) + 1):
        along = (index * fine - low) / (high - low) * 100
        is_major = index % 5 == 0
        anchor = "start" if along < 1 else "end" if along > 99 else "middle"
        marks.append(Mark(f"{along:.2f}%", number(index * fine, places) if is_major else "", anchor, is_major))
    return marks


def certainty_in_words(value: float, low: float, high: float, decimals: int) -> str:
    """`give or take 6` where both sides agree after rounding, else `between −21 and 40`."""
    grain = Decimal(1).scaleb(-decimals)
    sides = [Decimal(str(side)).quantize(grain, rounding=ROUND_HALF_UP) for side in (value - low, high - value)]
    if abs(sides[0] - sides[1]) <= grain and min(sides) >= 0:
        return _("give or take %(half)s") % {"half": number(max(sides), decimals)}
    return _("between %(low)s and %(high)s") % {"low": number(low, decimals), "high": number(high, decimals)}


def ruler(
    value: Number | str | None,
    low: Number | str | None,
    high: Number | str | None,
    minimum: Number | str,
    maximum: Number | str,
    unit: str = "",
    decimals: Number | str | None = "",
    was: Number | str | None = "",
    was_label: str = "",
    agreed: Number | str | None = "",
    agreed_label: str = "",
) -> Ruler | None:
    """Where everything stands on the ruler; None when there is no value or no interval to show with it."""
    if any(part is None or part == "" for part in (value, low, high)):
        return None
    v, lo, hi, start, end = (float(part) for part in (value, low, high, minimum, maximum) if part is not None)
    places = int(decimals) if decimals not in ("", None) else 0 if end - start >= 20 else 1 if end - start > 2 else 2
    suffix = f"\u00a0{unit}" if unit else ""

    def along(place: float) -> float:
        return min(max((place - start) / (end - start) * 100, 0.0), 100.0)

    notes: list[Mark] = []
    for other, label in ((was, was_label or _("before")), (agreed, agreed_label or _("agreed:"))):
        if other is not None and other != "":
            words = f"{label} {number(float(other), places)}{suffix}"
            notes.append(Mark(f"{along(float(other)):.2f}%", words, anchored(along(float(other)), words)))
    if len(notes) == 2:  # both labels stand on one line: each goes to its own side
        first, second = sorted(notes, key=lambda mark: float(mark.at[:-1]))
        notes = [Mark(first.at, first.words, "end"), Mark(second.at, second.words, "start")]
    shown = f"{number(v, places)}{suffix}"
    sentence = _("%(value)s on a scale from %(start)s to %(end)s; the interval goes from %(low)s to %(high)s") % {
        "value": shown,
        "start": number(start),
        "end": number(end, 0 if end == int(end) else places),
        "low": number(lo, places),
        "high": number(hi, places),
    }
    return Ruler(
        value=shown,
        certainty=certainty_in_words(v, lo, hi, places),
        description="; ".join([sentence, *(mark.words for mark in notes)]),
        needle=Mark(f"{along(v):.2f}%"),
        band_from=f"{along(lo):.2f}%",
        band_width=f"{along(hi) - along(lo):.2f}%",
        ticks=ruler_marks(start, end),
        notes=notes,
    )
