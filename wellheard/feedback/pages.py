"""The lists of feedback and of notices."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.core.search import holding
from wellheard.customers.segmenting.filters import segment_then_filter
from wellheard.feedback.days import on_days, zone_of
from wellheard.feedback.models import Notice, NoticeStatus, Outcome, Source, Statement, is_high, is_low
from wellheard.ground.periods import month_of, parse

MONTHS_BACK = 36
NBSP = "\u00a0"


def statements(member: Member) -> Rows:
    return Statement.objects.visible_to(member).select_related("person", "account", "site").with_outcome()


def state(statement: Statement) -> str:
    """In words: how far someone has looked after it."""
    if getattr(statement, "is_taken_up", False):
        return "taken up"
    if statement.status == "new" and statement.band in {"middle", "high"}:
        return "heard"
    return str(statement.get_status_display())


def state_tone(statement: Statement) -> str:
    return "wait" if state(statement) == "not yet handled" else ""


def by_rating(rows: Rows, band: str) -> Rows:
    low, high = is_low(), is_high()
    wanted = {
        "low": low,
        "high": high,
        "middle": Q(rating__isnull=False) & ~low & ~high,
        "none": Q(rating__isnull=True),
    }
    return rows.filter(wanted[band])


def by_state(rows: Rows, value: str) -> Rows:
    if value == "waiting":
        return rows.waiting()  # type: ignore[attr-defined, no-any-return]
    return rows.filter(is_taken_up=True) if value == "taken_up" else rows.filter(status="handled")


def recent_periods(member: Member) -> Sequence[tuple[str, str]]:
    """The last three years: each month, and each year."""
    month = month_of(timezone.localdate())
    months = [month.shifted(-back) for back in range(MONTHS_BACK)]
    years = sorted({each.first.year for each in months}, reverse=True)
    return [*((each.code, each.label) for each in months), *((str(year), f"All of {year}") for year in years)]


def in_period(rows: Rows, code: str) -> Rows:
    period = parse(code)
    return rows.filter(on_days("heard_at", period.first, period.last, zone_of()))


STATEMENTS = ListPage(
    key="feedback.statements",
    title=lambda count: how_many(count, "thing that customers said", "things that customers said"),
    rows=statements,
    columns=(
        Column(
            "words",
            "What they said",
            lambda s: f"“{s.excerpt}”" if s.verbatim.strip() else "No words",
            whole=lambda s: s.verbatim,
            url=Statement.get_absolute_url,
            note=lambda s: s.reference,
        ),
        Column("who", "Who", lambda s: s.who, sort="account__name"),
        Column(
            "rating",
            "Rating",
            lambda s: s.rating_words.replace(" ", NBSP),
            whole=lambda s: s.rating_words,
            sort="rating",
        ),
        Column("source", "Heard", lambda s: s.get_source_display(), sort="source"),
        Column("heard", "When", lambda s: s.heard_at, kind="moment", sort="heard_at"),
        Column("site", "Site", lambda s: s.site, sort="site__name"),
        Column("state", "State", state, kind="state", tone=state_tone),
    ),
    also=(Column("reference", "Reference", lambda s: s.reference),),
    filters=(
        Filter(
            "state",
            "State",
            lambda member: [("waiting", "Not yet handled"), ("taken_up", "Taken up"), ("handled", "Handled")],
            by_state,
        ),
        Filter(
            "rating",
            "Rating",
            lambda member: [("low", "Unhappy"), ("middle", "In between"), ("high", "Happy"), ("none", "No rating")],
            by_rating,
        ),
        Filter("source", "Heard", lambda member: Source.choices, lambda rows, value: rows.filter(source=value)),
        site_filter(),
        segment_then_filter(),
        Filter("period", "When", recent_periods, in_period),
    ),
    search=holding,
    default_sort="-heard",
    teach={
        "title": "Nothing heard yet",
        "why": "Whatever customers say belongs here, whole and in their own words: in surveys, on the phone, at visits, by mail. "
        "Surveys bring it in by themselves; what you hear yourself you note with one button.",
        "clause": "ISO 9001 asks in 9.1.2 how customers see us. A survey is one way to know; a call is another.",
        "button": "Note what someone said",
        "url": "feedback:new",
        "permission": "feedback.hear",
    },
    actions=(
        ("Note what someone said", "feedback:new", "feedback.hear"),
        ("Rules", "feedback:rules", "feedback.see_listeningrule"),
        ("You said, we did", "feedback:notices", "feedback.see_notice"),
    ),
    views=(("Not yet handled", "state=waiting"), ("Unhappy", "rating=low"), ("Happy", "rating=high")),
)


def notices(member: Member) -> Rows:
    return Notice.objects.visible_to(member).select_related("site").with_people_told()


NOTICES = ListPage(
    key="feedback.notices",
    title=lambda count: how_many(count, "piece of news for customers", "pieces of news for customers"),
    rows=notices,
    columns=(
        Column("headline", "What we tell", str, url=Notice.get_absolute_url),
        Column("outcome", "Outcome", lambda n: Outcome(n.outcome).label, sort="outcome"),
        Column("told", "People told", lambda n: n.people_told, kind="number", sort="people_told"),
        Column("published", "Published", lambda n: n.published_at, kind="moment", sort="published_at"),
        Column("site", "Site", lambda n: n.site, sort="site__name"),
        Column(
            "status",
            "State",
            lambda n: n.get_status_display(),
            kind="state",
            sort="status",
            tone=lambda n: "wait" if n.status == NoticeStatus.PUBLISHED else "",
        ),
    ),
    filters=(
        Filter("status", "State", lambda member: NoticeStatus.choices, lambda rows, value: rows.filter(status=value)),
        Filter("outcome", "Outcome", lambda member: Outcome.choices, lambda rows, value: rows.filter(outcome=value)),
        site_filter(),
    ),
    default_sort="-written_at",
    lead="You said, we did: what customers are told about what became of their words, also when it did not help.",
    teach={
        "title": "Nothing to tell yet",
        "why": "When something was changed because customers spoke, this is where you write what became of it. Everyone who said "
        "it is then told once, in the language of their words.",
        "clause": "ISO 9001 asks in 8.2.1 that we talk with customers about what they tell us.",
        "button": "See what was changed",
        "url": "improvement:list",
        "permission": "improvement.see_correctiveaction",
    },
    template="feedback/notices.html",
)
