"""Segments with needs, by a rule, and one that was found in the data and got a name."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.customers.actions import add_segment, change_segment
from wellheard.customers.models import Segment
from wellheard.customers.segmenting.clusters import find, frozen, values_of
from wellheard.customers.segmenting.running import renew
from wellheard.customers.traits import trait
from wellheard.demo.cast import DIRECTOR, Cast
from wellheard.demo.stage import Stage

NEEDS = {
    "Landscapers": "Parts that are on the building site on the morning they are needed, and somebody who picks up the phone.",
    "Garden centres": "Goods that arrive whole and ready for the shelf, and a fixed day of delivery.",
    "Municipalities": "Offers that can be compared, invoices with their order number, and parts for ten years.",
    "Home owners": "Instructions that can be read without a network, and one person who answers.",
}
UNHAPPY: Mapping[str, Any] = {
    "match": "all",
    "conditions": [
        {"trait": "surveys.last_recommendation", "is": "at_most", "value": 6},
        {"trait": "buying.orders_12", "is": "at_least", "value": 6},
    ],
}
TRAITS = ("buying.orders_12", "buying.amount_12")
GROUPS = 3
NAMED = "Order every other week"


class Groups:
    """Plays the analyst who wants to know whose needs differ."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self.stage, self.cast = stage, cast

    def plan(self) -> None:
        """Needs of the first segments, then a rule that is looked at every fortnight, then groups in the data."""
        stage = self.stage
        stage.plan(stage.within(17, 8, 13), self.say_needs)
        begin = stage.within(9, 4, 11)
        stage.plan(begin, self.by_rule)
        for fortnight in range(1, 27):
            stage.plan(begin + timedelta(days=14 * fortnight, hours=-8), self.look_again)
        stage.plan(stage.within(3, 11, 15), self.by_data)
        stage.plan(stage.now - timedelta(hours=13), self.look_again)

    def say_needs(self, at: datetime) -> None:
        """In our own words."""
        for name, needs in NEEDS.items():
            change_segment(Segment.objects.get(name=name), self.cast.ines, at=at, needs=needs, owner=self.cast.ines)

    def by_rule(self, at: datetime) -> None:
        """Who buys often and would not recommend us."""
        add_segment(
            "Buy often, unhappy",
            self.cast.ines,
            at=at,
            basis="rule",
            rule=UNHAPPY,
            owner=self.cast.ana,
            needs="To be called before they look elsewhere: what would make the next order a good one?",
        )

    def look_again(self, at: datetime) -> None:
        """Who belongs to what, as of now."""
        for segment in Segment.objects.filter(basis__in=("rule", "cluster"), retired_at=None).order_by("pk"):
            renew(segment, DIRECTOR, at=at)

    def by_data(self, at: datetime) -> None:
        """Groups by how often and for how much they order; the one that orders most often gets a name."""
        traits = [each for each in map(trait, TRAITS) if each is not None]
        values = values_of(traits, "account", at)
        try:
            found = find(values, GROUPS, (False, False))
        except Refusal:
            return  # on some days too few of them have ordered for groups
        often = max(range(GROUPS), key=lambda place: found.groups.centres[place][0])
        rule = frozen(values, found, often) | {"key": f"{found.key}:{often}"}
        add_segment(
            NAMED,
            self.cast.ines,
            at=at,
            basis="cluster",
            rule=rule,
            owner=self.cast.ines,
            needs="A short way to order again, and stock of what they use every week.",
        )
