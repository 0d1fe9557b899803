"""Interested parties, what they need, how we know whether it is met, and the reviews of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from wellheard.customers.actions.parties import (
    add_need,
    add_party,
    change_party,
    decide_climate,
    retire_party,
    review_party,
    watch_need,
)
from wellheard.customers.models import InterestedParty, PartyNeed
from wellheard.demo.cast import Cast
from wellheard.demo.stage import Stage
from wellheard.surveys.models import Survey


@dataclass(frozen=True)
class Need:
    """One need; `watch` names an indicator with its target, `judged` what a person found at the last review."""

    words: str
    addressed_by: str
    monitored_by: str = ""
    standing: str = "expected"
    watch: tuple[str, str, Mapping[str, str]] | None = None
    judged: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Party:
    """One entry of the register; `months` between two reviews, `reviewed` days ago, `climate` a decision and its reason."""

    name: str
    sort: str
    owner: str
    influence: int
    interest: int
    why: str
    needs: tuple[Need, ...] = ()
    climate: tuple[str, str] | None = None
    months: int = 12
    reviewed: int = 0
    conclusion: str = ""


NOT_RELEVANT, RELEVANT = "not_relevant", "relevant"
THROUGH = {"through": "yes"}


def register_of(delivery: int, support: int) -> tuple[Party, ...]:
    """The register; the two ids are those of the surveys that show whether customers are content."""
    deliveries, calls = {"survey": str(delivery)}, {"survey": str(support)}
    return (
        Party("Landscapers", "segment", "mehmet", 4, 5, "More than half of what we sell goes to their building sites.", (
            Need("Parts are on site on the morning they are needed", "Dispatch before noon; fixed days of delivery",
                 "The question about the delivery, after each of them",
                 watch=("surveys.csat", "0.65", deliveries), more=THROUGH),
            Need("Somebody picks up the phone at noon", "Two people on the hotline from 12 to 14",
                 "The question after each call", watch=("surveys.csat", "0.85", calls), more=THROUGH),
        ), (RELEVANT, "Dry summers move the season; they ask for valves that save water."), reviewed=40,
           conclusion="Deliveries are better since the fixed days. The hotline stays under watch until spring."),
        Party("Garden centres", "segment", "mehmet", 4, 4, "They decide whether our goods stand on the shelf.", (
            Need("Goods arrive whole", "Moulded trays for valves", "Complaints for each thousand orders",
                 watch=("cases.complaints", "10", {}), more=THROUGH),
            Need("Boxes that can be stacked", "Not yet; a new box is drawn", "Asked at the yearly meeting",
                 judged="not_met", more=THROUGH),
        ), (NOT_RELEVANT, "They ask for less packaging, which the packing rules cover already."), reviewed=33,
           conclusion="Breakage is down. The box that stacks goes onto the list of next year’s changes."),
        Party("Municipalities", "segment", "ana", 3, 3, "Few, with long contracts; what they ask for becomes a tender’s line.", (
            Need("Parts for ten years", "Stock list with end dates", "Checked once a year", "contract", judged="met",
                 more=THROUGH),
        ), (RELEVANT, "Tenders ask how much water a square metre of green needs."), reviewed=120,
           conclusion="All tenders of the year could be answered. The stock list holds."),
        Party("Home owners", "segment", "ben", 1, 3, "Many, small, and loud when something leaks.", (
            Need("Instructions that can be read without a network", "Paper sheet in each box; first page is being rewritten",
                 "Calls about fitting", judged="unclear"),
        ), months=6, reviewed=230, conclusion="The sheet did not lessen the calls. Look again when the first page is new."),
        Party("The drinking water authority", "regulator", "ana", 5, 2, "Backflow into the mains is forbidden.", (
            Need("Every valve has a backflow preventer", "Type test; check at goods in", "Certificates, twice a year", "law",
                 judged="met", more=THROUGH),
            Need("Parts that touch drinking water are of listed materials", "List of materials with each supplier",
                 "Checked with every change", "law", judged="met", more=THROUGH),
        ), (RELEVANT, "Watering bans in dry years change what may be sold for lawns."), reviewed=75,
           conclusion="Both are met; the certificate of the new valve came in September."),
        Party("The moulding works in Zwickau", "supplier", "jonas", 3, 4, "All housings come from them.", (
            Need("Orders four weeks ahead", "Forecast each month", "Their dates kept", "contract", judged="met", more=THROUGH),
        ), (NOT_RELEVANT, "Nothing beyond the energy clause in the contract."), reviewed=190,
           conclusion="They are content; lot 2610-B is talked about in the cause analysis."),
        Party("The people in the warehouse and on the phone", "staff", "karin", 3, 5, "What we promise, they keep.", (
            Need("Complaints that come with what is needed to answer them", "The form for cases", "Answers in the time promised",
                 watch=("cases.answered_in_time", "0.90", {}), more=THROUGH),
        ), reviewed=60, conclusion="The promise holds mostly. More hands at noon were agreed."),
        Party("Neighbours of the Leipzig site", "community", "jonas", 2, 2, "Lorries before seven were talked about twice.", (
            Need("No lorries before seven", "Dispatch plan", judged="met", more={
                "through": "no", "through_reason": "Looked after by the site’s environmental management."}),
        ), reviewed=100, conclusion="No lorry before seven since spring."),
        Party("The bank", "owner", "karin", 3, 1, "Asks for figures each year.", (
            Need("The figures of the year by March", "Yearly accounts", "Sent on time", "contract", judged="met", more={
                "through": "no", "through_reason": "Looked after by bookkeeping."}),
        ), (NOT_RELEVANT, "Asks nothing of what we make."), months=24, reviewed=250, conclusion="Nothing has changed."),
    )  # fmt: skip


class Parties:
    """Plays the quality manager’s register."""

    def __init__(self, stage: Stage, cast: Cast, delivery: Survey, support: Survey) -> None:
        self.stage, self.cast = stage, cast
        self.register = register_of(delivery.pk, support.pk)
        self.judged: dict[str, dict[int, str]] = {}

    def plan(self) -> None:
        """The register is written in the third month, then reviewed; one review is overdue today."""
        begin = self.stage.within(15, 12, 9)
        self.stage.plan(self.stage.within(9, 4, 13), self.unhappy)
        self.stage.plan(self.stage.within(3, 12, 10), self.leave_out)
        for place, party in enumerate(self.register):
            self.stage.plan(begin + timedelta(minutes=20 * place), partial(self.write, party))
            if party.reviewed:
                moment = self.stage.days_ago(party.reviewed, 14)
                self.stage.plan(moment, partial(self.review, party))

    def leave_out(self, at: datetime) -> None:
        """Groups of buyers are a view of customers who are in the register already."""
        rows = InterestedParty.objects.filter(segment__basis__in=("buying", "cluster"), retired_at=None)
        for party in rows.order_by("pk"):
            words = "A view of our customers by what they order; what they need stands with their segments."
            retire_party(party, self.cast.ana, at=at, reason=words)

    def unhappy(self, at: datetime) -> None:
        """What the unhappy among those who buy often need, and whether the climate is part of it."""
        party, ana = InterestedParty.objects.get(segment__name="Buy often, unhappy"), self.cast.ana
        change_party(party, ana, at=at, influence=4, interest=3, why_relevant="A third of what we sell is at stake.")
        decide_climate(party, ana, at=at, climate=NOT_RELEVANT, reason="Nobody of them has named it.")
        words = "A call before they look elsewhere"
        add_need(party, words, ana, at=at, owner=ana, addressed_by="Alert of the account manager", **THROUGH)

    def write(self, party: Party, at: datetime) -> None:
        """The entry, its needs, what was decided about the climate."""
        ana, owner = self.cast.ana, self.cast.members[party.owner]
        found = InterestedParty.objects.filter(name=party.name, segment__isnull=False).first()
        told: dict[str, Any] = {
            "owner": owner,
            "why_relevant": party.why,
            "influence": party.influence,
            "interest": party.interest,
            "review_every_months": party.months,
        }
        if found is None:
            found = add_party(party.name, ana, at=at, sort=party.sort, **told)
        else:
            found = change_party(found, ana, at=at, **told)
        if party.climate is not None:
            decision, reason = party.climate
            decide_climate(found, ana, at=at, climate=decision, reason=reason)
        self.judged[party.name] = {}
        for need in party.needs:
            details = {"standing": need.standing, "addressed_by": need.addressed_by, "monitored_by": need.monitored_by}
            row = add_need(found, need.words, ana, at=at, owner=owner, **details, **need.more)
            if need.watch is not None:
                indicator, target, scope = need.watch
                watch_need(row, ana, at=at, indicator=indicator, scope=scope, target=Decimal(target))
            elif need.judged:
                self.judged[party.name][row.pk] = need.judged

    def review(self, party: Party, at: datetime) -> None:
        """What the owner, or the quality manager for them, concludes."""
        found = InterestedParty.objects.get(name=party.name)
        known = set(PartyNeed.objects.filter(party=found).values_list("pk", flat=True))
        judged = {pk: word for pk, word in self.judged[party.name].items() if pk in known}
        review_party(found, self.cast.ana, at=at, conclusion=party.conclusion, judged=judged)
