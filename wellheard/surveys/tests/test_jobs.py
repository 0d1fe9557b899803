"""What was answered is heard within seconds, once, and nothing that fails holds up the rest."""

from datetime import datetime
from typing import Any

import pytest

from wellheard.core.links import linked
from wellheard.core.models import Member, Site
from wellheard.customers.actions import add_account, add_person
from wellheard.feedback.actions import hear
from wellheard.feedback.models import Statement
from wellheard.surveys import jobs
from wellheard.surveys.actions import count_again, leave_out
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Response, Survey
from wellheard.surveys.tests.conftest import Answered


def test_an_answer_becomes_a_statement_linked_to_it(
    survey: Survey, answered: Answered, ana: Member, leipzig: Site, now: datetime
) -> None:
    account = add_account("Gärtnerei Holzapfel", ana, at=now)
    cleo = add_person("Cleo", ana, at=now, account=account)
    response, *_ = answered(
        3,
        words="Two pallets missing",
        satisfied=2,
        language="en",
        segment="Landscapers",
        site_id=leipzig.pk,
        person_id=cleo.pk,
        account_id=account.pk,
    )

    assert notice_waiting(at=now) == 1

    statement = Statement.objects.get()
    assert (statement.verbatim, statement.rating, statement.rating_scale, statement.source) == (
        "Two pallets missing",
        3,
        "nps",
        "survey",
    )
    assert (statement.person, statement.account, statement.site, statement.segment) == (
        cleo,
        account,
        leipzig,
        "Landscapers",
    )
    assert [(each.link.role, each.other) for each in linked(response, ana)] == [("heard as", statement)]
    assert Response.objects.get().noticed_at == now


def test_running_twice_hears_once(survey: Survey, answered: Answered, now: datetime) -> None:
    answered(9, 3, words="So")

    assert [notice_waiting(at=now), notice_waiting(at=now)] == [2, 0]
    Response.objects.update(noticed_at=None)
    notice_waiting(at=now)

    assert Statement.objects.count() == 2


def test_a_score_without_words_is_heard_and_nothing_at_all_is_not(
    survey: Survey, answered: Answered, now: datetime
) -> None:
    answered(2)
    answered(None)

    assert notice_waiting(at=now) == 1

    assert list(Statement.objects.values_list("verbatim", "rating")) == [("", 2)]
    assert Response.objects.filter(noticed_at=None).count() == 0


def test_what_was_imported_or_noticed_before_is_left_alone(survey: Survey, answered: Answered, now: datetime) -> None:
    answered(1, words="Long ago", noticed_at=now)

    assert notice_waiting(at=now) == 0


def test_one_that_fails_is_tried_again_and_holds_up_no_other(
    survey: Survey, answered: Answered, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(1, words="Breaks")
    answered(2, words="Works")

    def sometimes(verbatim: str, *args: Any, **kwargs: Any) -> Any:
        if verbatim == "Breaks":
            raise RuntimeError("not now")
        return hear(verbatim, *args, **kwargs)

    clock = [0.0]
    monkeypatch.setattr(jobs, "_failed", {})
    monkeypatch.setattr(jobs, "monotonic", lambda: clock[0])
    monkeypatch.setattr(jobs, "hear", sometimes)

    # Only one at a time, so that those that fail could keep the others out for ever.
    assert [notice_waiting(at=now, most=1) for _ in range(3)] == [0, 1, 0]
    monkeypatch.setattr(jobs, "hear", hear)
    assert notice_waiting(at=now) == 0
    clock[0] = jobs.AGAIN_AFTER_SECONDS
    assert notice_waiting(at=now) == 1
    assert set(Statement.objects.values_list("verbatim", flat=True)) == {"Breaks", "Works"}


def test_what_was_left_out_before_it_was_heard_alarms_nobody_until_it_counts_again(
    survey: Survey, answered: Answered, ana: Member, now: datetime
) -> None:
    test, _real = answered(0, 2, words="Two pallets missing")
    leave_out(test, "test", ana, at=now)

    assert notice_waiting(at=now) == 1
    assert list(Statement.objects.values_list("rating", flat=True)) == [2]
    count_again(test, ana, at=now)

    assert notice_waiting(at=now) == 1
    assert list(Statement.objects.order_by("pk").values_list("rating", flat=True)) == [2, 0]
