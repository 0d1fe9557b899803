"""Numbers and scores in cells: read whole or refused, never by their beginning."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Mark = Literal[",", "."]

# What stands in a column of scores where nobody answered, as survey and statistics programs write it.
_NO_ANSWER = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "–", "—", "."}
_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f'’")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,]\d*)?", re.ASCII)
_SPACED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?:[.,]\d*)?", re.ASCII)
_LABELLED = (
    re.compile(r"(\d{1,3})\s*(?:[-–—=:.)]|\s\(|\s)\s*\D+"),
    re.compile(r"\D+\s*(?:[-–—=:(]|\s)\s*(\d{1,3})\)?"),
)


class NotANumber(ValueError):
    """The text is no number, or could be two. The sentence says why."""


class NotAScore(ValueError):
    """The text is no whole number of the scale. The sentence says why."""


@dataclass(frozen=True)
class NumberGuess:
    """Which mark a column uses before decimals: "," or "."; None when its values don't show it."""

    decimal: Mark | None
    evidence: str


def is_blank(text: str) -> bool:
    """Does the text say that there is no number: nothing, "NA", "n/a", "null", a dash?"""
    return text.strip().casefold() in _NO_ANSWER


def parse_number(text: str, decimal: Mark | None = None) -> Decimal:
    """The number in a text, exact, with a comma or a point before decimals.

    1234.5, 1234,5, 1,234.5, 1.234,5, 1 234,5, 1'234.5 and 1.2E+3 are read. A text such as 1,234, which is 1234 or 1.234,
    needs `decimal`, the mark that the column uses. Anything around the number (10/10, 9 great, 12 %) is refused.
    Raises NotANumber with a sentence.
    """
    plain = text.strip().replace("\u2212", "-")
    if _SPACED.fullmatch(plain):
        plain = plain.translate(_SPACES)
        if decimal is None and "," in plain:
            decimal = ","
    grouped = _GROUPED.fullmatch(plain)
    if grouped is None:
        if not _PLAIN.fullmatch(plain):
            raise NotANumber(f'"{text.strip()}" is no number.')
        if decimal is not None and _other(decimal) in plain:
            raise NotANumber(
                f'"{text.strip()}" has a "{_other(decimal)}", but the decimals come after "{decimal}" here.'
            )
        return Decimal(plain.replace(",", "."))
    groups = grouped["mark"]
    if plain.count(",") and plain.count("."):
        if groups == decimal:
            raise NotANumber(f'"{text.strip()}" groups its digits by "{groups}", which marks the decimals here.')
        return Decimal(plain.replace(groups, "").replace(",", "."))
    if plain.count(groups) > 1:
        if groups == decimal:
            raise NotANumber(f'"{text.strip()}" has "{groups}" more than once, which marks the decimals here.')
        return Decimal(plain.replace(groups, ""))
    if decimal is None:
        whole, part = plain.replace(groups, ""), plain.replace(",", ".")
        raise NotANumber(f'"{text.strip()}" could be {whole} or {part}. Say which mark comes before decimals.')
    return Decimal(plain.replace(",", ".") if groups == decimal else plain.replace(groups, ""))


def guess_decimal(samples: Iterable[str | tuple[int, str]]) -> NumberGuess:
    """Which mark a column uses before decimals. Samples are texts or pairs of row number and text, as for dates."""
    for place, sample in enumerate(samples, start=1):
        row, text = sample if isinstance(sample, tuple) else (place, sample)
        plain = text.strip().translate(_SPACES)
        if mark := _shown_decimal(plain):
            return NumberGuess(mark, f'row {row} has "{text.strip()}"')
    return NumberGuess(None, "no value shows it")


def _shown_decimal(plain: str) -> Mark | None:
    grouped = _GROUPED.fullmatch(plain)
    if grouped is not None:
        groups = grouped["mark"]
        is_shown = plain.count(groups) > 1 or _other(groups) in plain
        return _other(groups) if is_shown else None
    if _PLAIN.fullmatch(plain):
        return "," if "," in plain else "." if "." in plain else None
    return None


def _other(mark: str) -> Mark:
    return "." if mark == "," else ","


def parse_score(text: str, low: int, high: int, *, labelled: bool = False) -> int | None:
    """The whole number of a scale from `low` to `high`; None where nobody answered (see `is_blank`).

    9, 9.0 and 9,0 are 9. Fractions, numbers off the scale and words are refused. With `labelled`, one label before or
    after the number is passed over, as in "10 - Extremely likely" and "Not at all likely (0)". Raises NotAScore.
    """
    if is_blank(text):
        return None
    plain = text.strip()
    if labelled:
        label = next((found for pattern in _LABELLED if (found := pattern.fullmatch(plain))), None)
        plain = label[1] if label else plain
    scale = f"the scale goes from {low} to {high}"
    if not _PLAIN.fullmatch(plain):
        raise NotAScore(f'"{text.strip()}" is no number; {scale}.')
    number = Decimal(plain.replace(",", "."))
    if number != number.to_integral_value():
        raise NotAScore(f'"{text.strip()}" is between two scores; {scale} in whole numbers.')
    if not low <= number <= high:
        raise NotAScore(f'"{text.strip()}" is off the scale; {scale}.')
    return int(number)
