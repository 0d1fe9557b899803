"""Numbers and dates as people write them. look.py offers them to the templates as filters of the same names."""

import math
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

Number = int | float | Decimal
MINUS = "−"


def number(value: object, decimals: int = 0) -> str:
    """A number as people write it: thousands apart, a true minus sign, no minus zero; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, Number) or not math.isfinite(value):
        return ""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return str(number_format(rounded, decimals, use_l10n=True, force_grouping=True)).replace("-", MINUS)


def useful_decimals(values: Iterable[Number]) -> int:
    """As many decimals as help to read these numbers together: none for whole ones, two where all are below ten."""
    found = [float(value) for value in values if math.isfinite(value)]
    if all(value.is_integer() for value in found):
        return 0
    return 1 if any(abs(value) >= 10 for value in found) else 2


def count(value: object) -> str:
    """How many: `1,280`."""
    return number(value)


def score(value: object, decimals: int = 0) -> str:
    """A score, without decimals unless asked for: `−12`, `41`."""
    return number(value, decimals)


def percent(value: object, decimals: int = 0) -> str:
    """A share between 0 and 1 as a percentage: 0.874 gives `87 %`, never parted at a line's end."""
    return f"{number(value * 100, decimals)}\u00a0%" if isinstance(value, Number) and number(value) else ""


def plain(value: object) -> str:
    """A value for machines (`data-value`): a number without any locale's commas, everything else as it is."""
    return "" if value is None else value if isinstance(value, str) else str(value)


def in_words(value: object) -> str:
    """Small numbers as words, larger ones as figures: 5 gives `five`, 13 gives `13`."""
    words = [_("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine")]
    words += [_("ten"), _("eleven"), _("twelve")]
    return words[value] if isinstance(value, int) and 0 <= value < len(words) else number(value)


def forms_of(words: str, value: object) -> str:
    one, _comma, many = words.partition(",")
    return one if value == 1 else many or one


def counted(value: object, words: str) -> str:
    """A number with its noun: `{{ 1280|counted:"answer,answers" }}` gives `1,280 answers`."""
    return f"{number(value)} {forms_of(words, value)}"


def plural_words(value: object, words: str) -> str:
    """The same with small numbers as words: `{{ 5|plural_words:"thing,things" }}` gives `five things`."""
    return f"{in_words(value)} {forms_of(words, value)}"


def day_in_words(day: date, today: date) -> str:
    """`today`, `tomorrow`, `yesterday`, else `Monday 16 November`; the year where it is another one, and no weekday where it
    lies more than a week back: `23 October 2020`."""
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    days = (day - today).days
    if days in near:
        return near[days]
    weekday = "" if days < -7 else "l "
    return str(date_format(day, f"{weekday}j F" if day.year == today.year else f"{weekday}j F Y"))


def moment_in_words(moment: datetime, now: datetime) -> str:
    """`today, 14:00` or `Monday 16 November, 16:30`, both moments in the reader's zone."""
    return f"{day_in_words(moment.date(), now.date())}, {moment:%H:%M}"


def when(value: date | datetime | None) -> str:
    """A moment or a day in words, in the zone that is active for the reader."""
    now = timezone.localtime()
    if isinstance(value, datetime):
        return moment_in_words(timezone.localtime(value) if timezone.is_aware(value) else value, now)
    return day_in_words(value, now.date()) if value else ""


def day(value: date | datetime | None) -> str:
    """Only the day of it, in words."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return when(value)


def iso(value: date | datetime | None) -> str:
    """The same for machines, as `<time datetime>` wants it."""
    return value.isoformat() if value else ""
