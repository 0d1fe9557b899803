"""What cases show beside a customer's story: how often they complained lately, and whether we kept our promises."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from wellheard.cases.models import Case, Finding, Kind
from wellheard.core.lists import how_many
from wellheard.core.models import Member
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, Person
from wellheard.customers.parts import Part, register_part

A_YEAR = timedelta(days=365)
RIGHT = (Finding.UPHELD, Finding.PARTLY)
SEEN_OTHERWISE = Finding.NOT_UPHELD


def complaints_of(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """The last 12 months in numbers, each with its base; one query."""
    rows = lineage_of(record).of_alone(Case.objects.visible_to(member))
    rows = rows.filter(received_at__gte=timezone.now() - A_YEAR, kind_of_case=Kind.COMPLAINT)
    found = rows.order_by().aggregate(
        complaints=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        in_time=Count("pk", filter=Q(answered_at__lte=F("answer_due"))),
        right=Count("pk", filter=Q(finding__in=RIGHT)),
        decided=Count("pk", filter=Q(finding__in=(*RIGHT, SEEN_OTHERWISE))),
    )
    if not found["complaints"]:
        return None
    facts = [{"label": "In 12 months", "value": how_many(found["complaints"], "complaint", "complaints")}]
    if found["answered"]:
        facts.append({"label": "Answered in time", "value": f"{found['in_time']} of {found['answered']}"})
    if found["decided"]:
        facts.append({"label": "They were right", "value": f"{found['right']} of {found['decided']}, at least partly"})
    return {"facts": facts}


def register() -> None:
    """Put it on the pages of customers."""
    register_part(Part("cases.complaints", "Complaints", complaints_of, "cases/customer_part.html", "aside", order=30))
