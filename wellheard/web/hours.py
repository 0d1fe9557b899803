"""Working hours as people type them: `09:00-12:30, 13:30-17:00`; nothing or `closed` on a day off."""

import re
from datetime import date, time

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?")

Spans = list[list[str]]


def hours_of(text: str) -> Spans:
    """The spans of a day, `[["09:00", "17:00"]]`. Raises ValueError with a sentence."""
    text = text.strip().lower()
    if text in {"", "closed", "-", "–"}:
        return []
    spans: list[tuple[time, time]] = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"“{part.strip()}” can’t be read as hours. Write 09:00-17:00, or closed.")
        first, last = _clock(match[1], match[2]), _clock(match[3], match[4])
        if last <= first:
            raise ValueError(f"“{part.strip()}” ends before it begins. Nothing was saved; correct it and save again.")
        if spans and first < spans[-1][1]:
            raise ValueError(f"“{part.strip()}” begins before the hours in front of it have ended.")
        spans.append((first, last))
    return [[f"{first:%H:%M}", f"{last:%H:%M}"] for first, last in spans]


def _clock(hour: str, minute: str | None) -> time:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise ValueError(f"There is no time {hour}:{minute or '00'}. The latest is 23:59.") from None


def hours_in_words(spans: Spans) -> str:
    """The same as it is typed."""
    return ", ".join(f"{first}-{last}" for first, last in spans) or "closed"


def closing_days_of(text: str) -> dict[str, str]:
    """`2026-12-24 Christmas Eve`, a line each, as {day: name}. Raises ValueError with a sentence."""
    days: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        on, _space, name = line.strip().partition(" ")
        try:
            day = date.fromisoformat(on)
        except ValueError:
            raise ValueError(
                f"“{line.strip()}” does not begin with a day. Write it as 2026-12-24 Christmas Eve."
            ) from None
        days[day.isoformat()] = name.strip()[:200] or "closed"
    return days
