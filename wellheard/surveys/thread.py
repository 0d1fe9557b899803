"""How a response stands in the thread, as the answer that everything else began with, and in a customer's timeline."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch

from wellheard.core.actors import Actor
from wellheard.core.thread import register_step
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, Person
from wellheard.customers.timeline import TimelineItem, register_source, until_moment
from wellheard.surveys.models import Answer, Response

WORDS_SHOWN = 120


def answer_step(response: Response) -> tuple[str, str]:
    """`3 out of 10, 16 November`; without a score `In words, 16 November`."""
    rated = (
        response.answers.filter(score__isnull=False).select_related("question").order_by("question__position").first()
    )
    day = f"{response.answered_on:%-d %B}"
    if rated is None:
        return f"In words, {day}", "done"
    return f"{rated.score} out of {rated.question.scale[1]}, {day}", "done"


def answered(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
    """What this customer answered to surveys, also under a record that was merged into this one since."""
    lineage = lineage_of(record)
    given = Answer.objects.filter(question__is_detail=False).select_related("question")
    rows = (
        lineage.of(Response.objects.visible_to(actor))
        .filter(until_moment("answered_at", until))
        .select_related("survey", "account", "person__merged_into")
        .prefetch_related(Prefetch("answers", given.order_by("question__position", "question_id"), to_attr="given"))
        .order_by("-answered_at", "-pk")
    )
    for each in rows[:most]:
        person = each.person and (each.person.merged_into or each.person)
        yield TimelineItem(
            at=each.answered_at,
            actor=str(person or "Someone"),
            text=f"answered “{each.survey}”{lineage.for_another(each.account)}{answer_words(each)}",
            url=each.get_absolute_url(),
            link="The answer",
            heard=True,
        )


def answer_words(response: Response) -> str:
    """`: 3 out of 10, “Nobody picks up.”`: the first score and the first words of a response with `given` answers."""
    given: list[Answer] = response.given  # type: ignore[attr-defined]
    scores = [f"{each.score} out of {each.question.scale[1]}" for each in given if each.score is not None]
    words = [" ".join(each.text.split()) for each in given if each.text and each.text.strip()]
    said = [
        f"“{each if len(each) <= WORDS_SHOWN else each[:WORDS_SHOWN].rsplit(' ', 1)[0] + '…'}”" for each in words[:1]
    ]
    both = ", ".join(scores[:1] + said)
    left_out = f" (left out: {response.left_out})" if response.left_out else ""
    return f": {both}{left_out}" if both else left_out


def register() -> None:
    """Take part in the thread, and in the customers' timelines."""
    register_step("answer", "surveys.response", answer_step)
    register_source(answered, "asked", "said")
