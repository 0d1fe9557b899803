"""A series that everyone here knows: cracked valves, before and after they were packed in trays.

Ben owns the action, Ana verifies it. The plan is locked on 23 January 2026, the trays come on 2 February.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.models import Member, Site
from wellheard.core.setup import add_member
from wellheard.ground.effectiveness import Observation
from wellheard.ground.periods import month_of
from wellheard.improvement import actions
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator
from wellheard.measures.scopes import site_field

ORDERS = [1980, 2040, 2110, 2190, 2260, 2300, 2050, 1890, 1960, 2010, 1930, 1870]
ORDERS += [1950, 1980, 2020, 2150, 2240, 2310, 2280, 2120, 1940, 2010]
COMPLAINTS = [16, 23, 25, 19, 14, 24, 28, 21, 15, 12, 20, 23, 31, 17, 12, 7, 14, 11, 6, 10, 13, 8]

LOCKED = datetime(2026, 1, 23, 14, 4, tzinfo=UTC)
STARTED = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)
DONE = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
JUDGED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)

Fields = dict[str, Any]


class Valves:
    """The series, month by month from January 2025; a test may change `complaints`."""

    def __init__(self) -> None:
        self.orders, self.complaints = list(ORDERS), list(COMPLAINTS)

    def series(self, scope: Any, first: date, last: date, period: str = "month") -> list[Observation]:
        january = month_of(date(2025, 1, 1))
        rows = zip(self.orders, self.complaints, strict=True)
        months = [(january.shifted(place).first, *row) for place, row in enumerate(rows)]
        return [Observation(month, count=count, exposure=n) for month, n, count in months if first <= month <= last]


@pytest.fixture
def valves() -> Iterator[Valves]:
    """The measure “complaints about cracked valves per 1,000 orders”."""
    numbers = Valves()
    catalogue.register(
        Indicator(
            key="tests.valves",
            title="Complaints about cracked valves per 1,000 orders",
            kind="rate",
            direction="down",
            series=numbers.series,
            events="complaints",
            base="orders",
            per=1000,
            measure="complaints about cracked valves",
            scopes=lambda: (site_field(),),
        )
    )
    yield numbers
    catalogue.unregister("tests.valves")


@pytest.fixture
def agreed(ana: Member) -> Fields:
    """What is agreed in the plan."""
    return {
        "indicator": "tests.valves",
        "baseline_from": date(2025, 1, 1),
        "baseline_to": date(2025, 12, 31),
        "settling_until": date(2026, 2, 28),
        "follow_up_from": date(2026, 3, 1),
        "follow_up_to": date(2026, 10, 31),
        "trigger_on": date(2026, 1, 14),
        "smallest_worthwhile": "0.6667",
        "verifier": ana,
    }


@pytest.fixture
def proposed(ben: Member, leipzig: Site) -> CorrectiveAction:
    return actions.open_action(
        "Pack valves in moulded trays",
        "Each valve in its own tray, so that they can't knock together.",
        ben,
        at=LOCKED,
        site=leipzig,
    )


@pytest.fixture
def planned(proposed: CorrectiveAction, ben: Member, agreed: Fields, valves: Valves) -> CorrectiveAction:
    """With its plan locked."""
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed)
    actions.lock_plan(proposed, ben, at=LOCKED)
    return proposed


@pytest.fixture
def done(planned: CorrectiveAction, ben: Member) -> CorrectiveAction:
    """Begun and done; what remains is to measure."""
    actions.start(planned, ben, at=STARTED)
    return actions.finish(planned, ben, at=DONE)


@pytest.fixture
def eva(leipzig: Site, now: datetime) -> Callable[..., Member]:
    """`eva(Role.PROCESS_OWNER)`: another member at Leipzig with these roles."""

    def add(*roles: Role) -> Member:
        return add_member(
            "Eva Stahl",
            "eva@rosetau.example",
            SETUP,
            at=now,
            roles=roles,
            site=leipzig,
            only_at_site=True,
            password="eva",
        )

    return add


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`today(JUDGED)`: pages and jobs are read at this moment."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def judged(done: CorrectiveAction, ana: Member, today: Callable[[datetime], None]) -> CorrectiveAction:
    """The verdict is computed and not signed yet; it is the day after the last month."""
    actions.judge(done, ana, at=JUDGED)
    today(JUDGED)
    return done


@pytest.fixture
def analysis(ben: Member, leipzig: Site, now: datetime) -> CauseAnalysis:
    return actions.open_analysis("Connectors drip", "Two of twelve drip after two weeks.", ben, at=now, site=leipzig)
