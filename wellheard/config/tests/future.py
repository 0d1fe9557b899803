"""Plays time on the product's own data, through its own actions: what happened before the journey, and what comes after.

`python -m wellheard.config.tests.future VERB …`, with WELLHEARD_DATA set; each verb prints one JSON object.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import django

ORDERS = 1000
BEFORE = (6, 5, 7, 6, 8, 6)  # complaints in each of the six months before
AFTER = (1, 0, 2, 1, 0, 1)  # and in each of the six months of the follow-up
CAUSE = "valves cracked on arrival"


def month(start: date, steps: int) -> date:
    """The first day of the month that lies so many months ahead of `start`'s; negative numbers lie behind."""
    months = start.year * 12 + start.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)


def at(day: date, hour: int = 9) -> datetime:
    """A moment of that day."""
    return datetime.combine(day, time(hour), UTC)


def answer(survey: str, address: str, score: str, words: str) -> dict[str, object]:
    """A known person answers a survey, as with a link of their own in a mail."""
    from django.utils import timezone

    from wellheard.customers.models import Person
    from wellheard.surveys.models import Survey
    from wellheard.surveys.storing import NewResponse, store

    asked, person = Survey.objects.get(title=survey), Person.objects.get(email=address)
    keys = {question.kind_of_question: question.pk for question in asked.asked()}
    given = ((keys["nps"], int(score), None), (keys["text"], None, words))
    new = NewResponse.of(
        asked,
        at=timezone.now(),
        channel="mail",
        answers=given,
        language=person.language,
        person_id=person.pk,
        account_id=person.account_id,
    )
    return {"response": store([new])[0]}


def past() -> dict[str, object]:
    """The six months before this one: orders, and complaints of one cause."""
    this = date.today()  # noqa: DTZ011  the day of this machine is the day of the journey
    for steps, count in zip(range(-len(BEFORE), 0), BEFORE, strict=True):
        _play_month(month(this, steps), count)
    return {"complaints": sum(BEFORE)}


def future(reference: str, settling: str) -> dict[str, object]:
    """The action is begun and done this month; after the months in which it settles come six with fewer complaints, and
    the verdict is computed on the day after the last."""
    from wellheard.core.models import Member
    from wellheard.improvement.actions import finish, judge, start
    from wellheard.improvement.models import CorrectiveAction

    action = CorrectiveAction.objects.get(reference=reference)
    ben = Member.objects.get(name="Ben Okafor")
    now = datetime.now(UTC)
    start(action, ben, at=now)
    finish(action, ben, at=now + timedelta(minutes=1))
    first = month(now.date(), int(settling))
    for steps, count in enumerate(AFTER):
        _play_month(month(first, steps), count)
    judged = at(month(first, len(AFTER)))
    verdict = judge(action, ben, at=judged)
    return {"word": verdict.word, "final": verdict.is_final}


def _play_month(first: date, complaints: int) -> None:
    from wellheard.core.actors import System
    from wellheard.core.models import Site
    from wellheard.measures.actions import count_volume

    leipzig = Site.objects.get(name="Leipzig")
    for number in range(complaints):
        _complaint(at(first + timedelta(days=2 + 3 * number)))
    counted = at(month(first, 1), 7)
    count_volume("orders", first, ORDERS, System("order system"), at=counted, site=leipzig, source="order system")


def _complaint(told: datetime) -> None:
    """Someone without an address calls; the valves are found to be the cause; they let it rest."""
    from wellheard.cases.actions import acknowledge, assess, investigate, open_case, withdraw
    from wellheard.core.models import Member, Site

    ben, leipzig = Member.objects.get(name="Ben Okafor"), Site.objects.get(name="Leipzig")
    case = open_case("Cracked valves", ben, at=told, site=leipzig, words="Cracked again.", channel="phone", owner=ben)
    acknowledge(case, ben, at=told + timedelta(minutes=5), how="phone")
    assess(case, ben, at=told + timedelta(minutes=10), severity=1)
    investigate(case, ben, at=told + timedelta(hours=1), findings="Two of ten valves cracked.", cause_words=CAUSE)
    withdraw(case, ben, at=told + timedelta(hours=2), reason="They took a refund in the shop.")


VERBS: dict[str, Callable[..., dict[str, object]]] = {"answer": answer, "past": past, "future": future}


def main() -> None:
    """Run a verb in one transaction: the disk is asked once."""
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        said = VERBS[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellheard.config.settings")
    main()
