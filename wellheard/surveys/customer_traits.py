"""What customers answered, as traits: the last recommendation, how long ago, how often, how low, and who is silent."""

from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.expressions import YEAR, DaysSince
from wellheard.customers.traits import About, Express, Trait, register_trait
from wellheard.surveys.models import Answer, Response

NPS, CSAT = "nps", "csat"


def _mine(about: About) -> QuerySet[Any]:
    """The customer of the row outside, and whoever was merged into it: a sealed answer keeps whom it came from.

    Two lookups put together: asked as one with an “or”, SQLite reads all customers for each customer.
    """
    rows: QuerySet[Any] = Account.objects.order_by() if about == "account" else Person.objects.order_by()
    outside = OuterRef(OuterRef("pk"))
    return rows.filter(pk=outside).values("pk").union(rows.filter(merged_into=outside).values("pk"), all=True)


def _responses(about: About) -> QuerySet[Response]:
    return Response.objects.counted().filter(**{f"{about}__in": _mine(about)})


def _scores(about: About, scale: str) -> QuerySet[Answer]:
    mine = Answer.objects.filter(**{f"response__{about}__in": _mine(about)}, response__left_out="")
    return mine.filter(question__kind_of_question=scale, score__isnull=False)


def last_score(scale: str) -> Express:
    """The score that they gave last on this scale."""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        newest = _scores(about, scale).order_by("-response__answered_at", "-response_id", "question_id")
        return Subquery(newest.values("score")[:1])

    return express


def lowest_score(scale: str) -> Express:
    """The lowest score that they gave on this scale within 12 months."""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        recent = _scores(about, scale).filter(response__answered_at__gt=now - YEAR)
        return Subquery(recent.order_by("score").values("score")[:1])

    return express


def last_answered(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Whole days since they answered last."""
    newest = _responses(about).order_by("-answered_at", "-pk").values("answered_at")[:1]
    return DaysSince(Subquery(newest), now)


def answers_within_a_year(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """How often they answered within 12 months."""
    recent = _responses(about).filter(answered_at__gt=now - YEAR)
    # A plain function instead of an aggregate: an answer may belong to the customer or to whoever was merged into them, and
    # Django would count each of these apart.
    number = recent.order_by().annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(number.values("number"))


def is_silent(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """There is somebody to hear from (of people: they can be asked), and no answer came within 12 months."""
    answered = Exists(_responses(about).filter(answered_at__gt=now - YEAR))
    if about == "person":
        return ExpressionWrapper(~answered & Q(do_not_ask=False), output_field=BooleanField())
    people = Person.objects.filter(account=OuterRef("pk"), merged_into__isnull=True, do_not_ask=False)
    return ExpressionWrapper(~answered & Exists(people), output_field=BooleanField())


GROUP = "What they answered"
TRAITS = (
    Trait(
        "surveys.last_recommendation",
        "last recommendation",
        "number",
        last_score(NPS),
        group=GROUP,
        help_words="From 0 to 10: how likely they would recommend us, as they answered last.",
        phrases={"unknown": "that were never asked whether they recommend us, or never answered"},
        low_words="recommend us less",
        high_words="recommend us more",
    ),
    Trait(
        "surveys.last_satisfaction", "last satisfaction", "number", last_score(CSAT), group=GROUP, help_words="1 to 5."
    ),
    Trait(
        "surveys.lowest_recommendation",
        "lowest recommendation in 12 months",
        "number",
        lowest_score(NPS),
        group=GROUP,
        help_words="From 0 to 10.",
    ),
    Trait(
        "surveys.lowest_satisfaction",
        "lowest satisfaction in 12 months",
        "number",
        lowest_score(CSAT),
        group=GROUP,
        help_words="From 1 to 5.",
    ),
    Trait(
        "surveys.last_answered",
        "last answer",
        "number",
        last_answered,
        group=GROUP,
        unit="days ago",
        phrases={"unknown": "that never answered", "known": "that answered at least once"},
        low_words="answered recently",
        high_words="have not answered for long",
    ),
    Trait(
        "surveys.answers",
        "number of answers in 12 months",
        "number",
        answers_within_a_year,
        group=GROUP,
        phrases={"at_least": "that answered at least {value} times in 12 months"},
        low_words="answer rarely",
        high_words="answer often",
    ),
    Trait(
        "surveys.is_silent",
        "silence for 12 months",
        "yes_no",
        is_silent,
        group=GROUP,
        help_words="There is somebody to hear from, and no answer came.",
        phrases={"yes": "that have been silent for 12 months", "no": "that have not been silent for 12 months"},
    ),
)


def register() -> None:
    """Offer them."""
    for each in TRAITS:
        register_trait(each)
