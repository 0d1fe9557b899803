"""The stage on which the demo is played: a clock that goes forward, one die, and things that happen in their order."""

import heapq
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction

Happening = Callable[[datetime], object]
TOGETHER = 40  # happenings in one commit: the disk is asked less often, and each action is still its own


class Stage:
    """`plan` what happens when; `play` lets it happen, earliest first, up to now. What is later never happens."""

    def __init__(self, now: datetime, *, months: int = 18) -> None:
        self.now = now
        self.months = months
        self.die = random.Random(9001)
        self._happenings: list[tuple[datetime, int, Happening]] = []
        self._order = count()

    def month(self, back: int) -> date:
        """The first day of the month `back` months ago; negative numbers lie ahead."""
        months = self.now.year * 12 + self.now.month - 1 - back
        return date(months // 12, months % 12 + 1, 1)

    @property
    def began(self) -> date:
        """The first day of the story."""
        return self.month(self.months)

    def at(self, day: date, hour: int = 10, minute: int = 0, zone: str = "Europe/Berlin") -> datetime:
        """A moment of that day, there."""
        return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)

    def within(self, back: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
        """The `day`th of the month `back` months ago."""
        return self.at(self.month(back) + timedelta(days=day - 1), hour, minute)

    def days_ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """That day, or the Friday before it."""
        day = self.now.astimezone(ZoneInfo("Europe/Berlin")).date() - timedelta(days=days)
        return self.at(day - timedelta(days=max(0, day.weekday() - 4)), hour, minute)

    def some_moment(self, back: int) -> datetime:
        """A moment of that month at which people answer: by day, more on weekdays."""
        first, end = self.month(back), self.month(back - 1)
        while True:
            day = first + timedelta(days=self.die.randrange((end - first).days))
            if day.weekday() < 5 or self.die.random() < 0.4:
                return self.at(day, self.die.randrange(7, 21), self.die.randrange(60))

    def working(self, after: datetime, hours: float) -> datetime:
        """About so many hours later, on a working day between nine and five."""
        moment = after + timedelta(hours=hours)
        local = moment.astimezone(ZoneInfo("Europe/Berlin"))
        while local.weekday() > 4 or not 9 <= local.hour < 17:
            local += timedelta(minutes=self.die.randrange(20, 60))
        return local.astimezone(UTC)

    def plan(self, moment: datetime, happening: Happening) -> None:
        """Let this happen then."""
        if moment <= self.now:
            heapq.heappush(self._happenings, (moment, next(self._order), happening))

    def play(self) -> int:
        """Let everything happen; gives how much did."""
        played = 0
        while self._happenings:
            with transaction.atomic():
                for _ in range(TOGETHER):
                    if not self._happenings:
                        break
                    moment, _, happening = heapq.heappop(self._happenings)
                    happening(moment)
                    played += 1
        return played
