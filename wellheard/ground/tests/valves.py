"""The story that the tests of effectiveness tell: valves that came cracked, until they travelled in moulded trays."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from wellheard.ground.effectiveness import Observation, Plan
from wellheard.ground.effectiveness import judge as judge_typed

ORDERS = [1980, 2040, 2110, 2190, 2260, 2300, 2050, 1890, 1960, 2010, 1930, 1870]
ORDERS += [1950, 1980, 2020, 2150, 2240, 2310, 2280, 2120, 1940, 2010]
COMPLAINTS = [16, 23, 25, 19, 14, 24, 28, 21, 15, 12, 20, 23, 31, 17, 12, 7, 14, 11, 6, 10, 13, 8]

# January 2026 raised the alarm, in February the trays were still settling in.
PLAN = Plan(
    kind="rate",
    direction="down",
    smallest_worthwhile=0.67,
    baseline=(date(2025, 1, 1), date(2025, 12, 31)),
    follow_up=(date(2026, 3, 1), date(2026, 10, 31)),
    settling_until=date(2026, 2, 1),
    trigger=date(2026, 1, 8),
    measure="complaints about cracked valves",
    unit="per 1,000 orders",
    per=1000,
)
AFTERWARDS = date(2026, 11, 2)


def month(number: int) -> date:
    """The first day of a month, counted from January 2025."""
    return date(2025 + number // 12, number % 12 + 1, 1)


def rates(complaints: Sequence[int] = COMPLAINTS, orders: Sequence[int] = ORDERS) -> list[Observation]:
    """Complaints by orders, a month each."""
    pairs = zip(complaints, orders, strict=True)
    return [Observation(month(i), count=count, exposure=exposure) for i, (count, exposure) in enumerate(pairs)]


def counts(events: Sequence[int]) -> list[Observation]:
    """Events alone, a month each."""
    return [Observation(month(i), count=count) for i, count in enumerate(events)]


def plan_of(before: int, after: int, **changes: Any) -> Plan:
    """A plan that counts events: so many months before and, right behind them, so many after."""
    plan = Plan(
        kind="count",
        direction="down",
        smallest_worthwhile=0.67,
        baseline=(month(0), month(before - 1)),
        follow_up=(month(before), month(before + after - 1)),
        measure="complaints",
    )
    return replace(plan, **changes)


def judge(plan: Plan, series: Sequence[Observation], **what_people_told: Any) -> Any:
    """The verdict without its types: tests read numbers that in general may be None."""
    return judge_typed(plan, series, **what_people_told)
