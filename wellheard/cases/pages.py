"""The list of cases."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import BooleanField, Exists, F, OuterRef, Q
from django.db.models.expressions import ExpressionWrapper
from django.utils import timezone

from wellheard.cases.flow import OPEN, Status
from wellheard.cases.indicators import causes
from wellheard.cases.models import Case, Kind
from wellheard.cases.models.case import is_late
from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models.members import Member
from wellheard.core.search import holding
from wellheard.customers.segmenting.filters import segment_then_filter
from wellheard.ground.periods import months, parse

MONTHS_OFFERED = 36


def rows(member: Member) -> Rows:
    """What this member may see, with whether it is theirs."""
    mine = ExpressionWrapper(Q(owner=member), output_field=BooleanField())
    return Case.objects.visible_to(member).select_related("account", "owner", "site").annotate(is_mine=mine)


def shown(found: Rows, value: str) -> Rows:
    """The views of the list. What waits for the customer's word is unfinished, and nobody's turn but theirs."""
    match value:
        case "mine":
            return found.filter(is_mine=True).exclude(status=Status.CLOSED)
        case "late":
            return found.filter(is_late(timezone.now()))
        case "open":
            return found.filter(status__in=OPEN)
        case "answered":
            return found.filter(status=Status.ANSWERED)
        case "closed":
            return found.filter(status=Status.CLOSED)
    return found


def kept_in_time(found: Rows, value: str) -> Rows:
    """Those that were, or were not, answered in the time we promised."""
    if value == "in_time":
        return found.filter(answered_at__lte=F("answer_due"))
    return found.filter(answered_at__gt=F("answer_due"))


def month_choices(member: Member) -> Sequence[tuple[str, str]]:
    """The months since the first case, the last one first."""
    today = timezone.localdate()
    first = Case.objects.visible_to(member).order_by("received_on").values_list("received_on", flat=True).first()
    spans = months(max(first or today, today - timedelta(days=31 * MONTHS_OFFERED)), today)
    return [(month.code, month.label) for month in reversed(spans)]


def owner_choices(member: Member) -> Sequence[tuple[str, str]]:
    with_cases = Exists(Case.objects.filter(owner=OuterRef("pk")))
    owners = Member.objects.visible_to(member).filter(with_cases).order_by("name")
    return [(str(owner.pk), owner.name) for owner in owners]


def cause_choices(member: Member) -> Sequence[tuple[str, str]]:
    """The causes of the cases that this member may see."""
    return causes(Case.objects.visible_to(member))


def state(case: Case) -> str:
    """Where it stands, and whether it is late."""
    return f"late: {case.get_status_display()}" if case.is_late(timezone.now()) else str(case.get_status_display())


def state_tone(case: Case) -> str:
    if case.is_late(timezone.now()):
        return "worse"
    if case.is_open and getattr(case, "is_mine", False):
        return "mine"
    return "wait" if case.status == Status.ANSWERED else ""


def _customer(case: Case) -> str:
    return str(case.account) if case.account is not None else case.contact_name


def _note(case: Case) -> str:
    return " · ".join(part for part in (case.reference, _customer(case), case.site.name) if part)


CASES = ListPage(
    key="cases.list",
    title=lambda count: how_many(count, "complaint or question", "complaints and questions"),
    rows=rows,
    columns=(
        Column(
            "title", "What it is about", lambda case: case.title, url=Case.get_absolute_url, sort="title", note=_note
        ),
        Column("state", "Where it stands", state, kind="state", tone=state_tone, sort="status"),
        Column(
            "due", "Answer due", lambda case: case.due_at if case.is_open else None, sort="answer_due", kind="moment"
        ),
        Column("owner", "Looked after by", lambda case: case.owner.name, sort="owner__name"),
        Column("cause", "Cause", lambda case: case.cause_words, sort="cause_words"),
        Column("received", "Received", lambda case: case.received_at, sort="received_at", kind="moment"),
    ),
    also=(
        Column("reference", "Reference", lambda case: case.reference),
        Column("kind", "Kind", lambda case: case.get_kind_of_case_display()),
        Column("customer", "Customer", _customer),
        Column("site", "Site", lambda case: case.site.name),
        Column("answered", "Answered", lambda case: case.answered_at, kind="moment"),
        Column("closed", "Closed", lambda case: case.closed_at, kind="moment"),
    ),
    filters=(
        Filter(
            "show",
            "Show",
            lambda member: [
                ("mine", "Mine"),
                ("late", "Late"),
                ("open", "Waiting for us"),
                ("answered", "Waiting for them"),
                ("closed", "Closed"),
                ("all", "Everything"),
            ],
            shown,
            default="open",
        ),
        Filter("kind", "Kind", lambda member: Kind.choices, lambda found, value: found.filter(kind_of_case=value)),
        site_filter(),
        segment_then_filter(),
        Filter("owner", "Looked after by", owner_choices, lambda found, value: found.filter(owner_id=value)),
        Filter("cause", "Cause", cause_choices, lambda found, value: found.filter(cause_words__iexact=value)),
        Filter(
            "answered",
            "Answered",
            lambda member: [("in_time", "in time"), ("late", "too late")],
            kept_in_time,
        ),
        Filter(
            "from",
            "Received from",
            month_choices,
            lambda found, value: found.filter(received_on__gte=parse(value).first),
        ),
        Filter(
            "until",
            "Received until",
            month_choices,
            lambda found, value: found.filter(received_on__lt=parse(value).end),
        ),
    ),
    search=holding,
    default_sort="due",
    views=(("Mine", "show=mine"), ("Late", "show=late"), ("Open", "show=open"), ("All", "show=all")),
    actions=(("Write down a complaint", "cases:new", "cases.open_case"), ("Our promises", "cases:promises", "")),
    teach={
        "title": "No complaint and no question yet",
        "why": "Whatever a customer wants an end to belongs here, however it reached us. It gets a reference, two deadlines and "
        "someone who looks after it at once, and the customer follows it on a page of their own.",
        "clause": "ISO 9001 asks for ways to hear complaints (8.2.1) and for an answer to what went wrong (10.2).",
        "button": "Write down a complaint",
        "url": "cases:new",
        "permission": "cases.open_case",
    },
)
