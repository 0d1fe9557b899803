"""The list of surveys."""

from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Sum

from wellheard.core.lists import Column, Filter, ListPage, how_many, list_view, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.core.search import holding
from wellheard.surveys.models import COUNTERS, Question, QuestionKind, Survey, Tally


def rows(member: Member) -> Rows:
    """The surveys that this member may see, with how many gave a score and when last; read from the tallies."""
    headline = Question.objects.filter(survey=OuterRef("pk"), retired_at=None).exclude(
        kind_of_question=QuestionKind.TEXT
    )
    counters = Tally.objects.filter(question=OuterRef("headline_id"))
    number = counters.filter(period_kind="month").order_by().values("question")
    every = sum((F(name) for name in COUNTERS[1:]), start=F(COUNTERS[0]))
    days = counters.filter(period_kind="day").annotate(number=every).filter(number__gt=0).order_by("-period")
    return (
        Survey.objects.visible_to(member)
        .select_related("site", "owner")
        .annotate(headline_id=Subquery(headline.order_by("position", "pk").values("pk")[:1]))
        .annotate(
            answer_count=Subquery(number.annotate(number=Sum(every)).values("number")),
            last_answer=Subquery(days.values("period")[:1]),
        )
    )


def state_words(survey: Any) -> str:
    """The state in words; an imported survey was never open here."""
    return "imported" if survey.is_imported else str(survey.get_status_display())


SURVEYS = ListPage(
    key="surveys.list",
    title=lambda count: how_many(count, "survey", "surveys"),
    rows=rows,
    columns=(
        Column(
            "title",
            "Survey",
            lambda row: row.title,
            url=Survey.get_absolute_url,
            sort="title",
            note=lambda row: row.reference,
        ),
        Column(
            "state",
            "State",
            state_words,
            sort="status",
            kind="state",
            tone=lambda row: "wait" if row.status == Survey.Status.DRAFT else "",
        ),
        Column("answers", "Scores given", lambda row: row.answer_count or 0, sort="answer_count", kind="number"),
        Column("last", "Last answer", lambda row: row.last_answer, sort="last_answer", kind="date"),
        Column("site", "Site", lambda row: str(row.site or "every site"), sort="site__name"),
        Column("owner", "Owner", lambda row: str(row.owner or ""), sort="owner__name"),
    ),
    also=(Column("reference", "Reference", lambda row: row.reference),),
    filters=(
        Filter(
            "state",
            "State",
            lambda member: [*Survey.Status.choices, ("imported", "imported")],
            lambda rows, value: rows.filter(
                Q(is_imported=True) if value == "imported" else Q(status=value, is_imported=False)
            ),
        ),
        site_filter(),
    ),
    search=holding,
    default_sort="-created_at",
    teach={
        "title": "No surveys yet",
        "clause": "ISO 9001 asks for this in 9.1.2.",
        "why": "What do your customers think of how well they are served? Ask them one question, and read why. "
        "What you asked elsewhere can be imported.",
        "button": "Write a survey",
        "url": "surveys:new",
        "permission": "surveys.add_survey",
    },
    actions=(
        ("Write a survey", "surveys:new", "surveys.add_survey"),
        ("Import answers", "surveys:import", "core.import"),
    ),
    views=(("Open", "state=open"), ("Imported", "state=imported")),
)
surveys = list_view(SURVEYS)
