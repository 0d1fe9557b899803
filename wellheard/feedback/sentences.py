"""A listening rule as one sentence that can be read aloud.

“When someone gives 6 or less of 10 and says why: alert the owner within 4 working hours and open a complaint case.”
"""

from collections.abc import Sequence

from wellheard.feedback.conditions import Conditions
from wellheard.feedback.models import SCALES, Source


def minutes_in_words(minutes: int) -> str:
    """Working time as people promise it: `4 working hours`, `90 working minutes`."""
    amount, unit = (minutes // 60, "working hour") if minutes % 60 == 0 else (minutes, "working minute")
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def listed(parts: Sequence[str], joining: str) -> str:
    """`a, b or c`."""
    return f"{', '.join(parts[:-1])} {joining} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def conditions_in_words(conditions: Conditions, site: str = "") -> str:
    """The first half: when."""
    who = f"a customer of “{conditions.segment}”" if conditions.segment else "someone"
    place = f" at {site}" if site else ""
    where = listed([str(Source(source).label) for source in conditions.sources], "or")
    does = [part for part in (_rating(conditions), _words(conditions)) if part]
    if not does:
        return f"When {who}{place} says anything {where}".rstrip()
    return f"When {who}{place}{f', {where},' if where else ''} {listed(does, 'and')}"


def _rating(conditions: Conditions) -> str:
    low, high = conditions.at_least, conditions.at_most
    if low is None and high is None:
        return ""
    scale = SCALES[conditions.scale]
    if low is not None and high is not None:
        amount = f"{low}" if low == high else f"{low} to {high}"
    elif high is not None:
        amount = f"{high} or less" if high > scale.lowest else f"{high}"
    else:
        amount = f"{low} or more" if low != scale.highest else f"{low}"
    return f"gives {amount} of {scale.highest}"


def _words(conditions: Conditions) -> str:
    if conditions.words:
        return f"says {listed([f'“{word}”' for word in conditions.words], 'or')}"
    if conditions.has_words:
        return "says why" if _rating(conditions) else "says something in words"
    return ""


def sentence(conditions: Conditions, reactions: Sequence[str], *, site: str = "") -> str:
    """The whole rule; `reactions` are what happens, in words."""
    return f"{conditions_in_words(conditions, site)}: {listed(reactions, 'and') or 'nothing happens yet'}."
