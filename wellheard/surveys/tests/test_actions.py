"""What people may do with surveys, when, and what it leaves behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.models import Member, Site, TrailEntry
from wellheard.core.setup import add_member
from wellheard.surveys.actions import (
    NewQuestion,
    amend_draft,
    ask_anew,
    close_survey,
    count_again,
    create_survey,
    leave_out,
    may_leave_out,
    open_survey,
    reopen_survey,
    reword,
)
from wellheard.surveys.models import Question, Response, Survey
from wellheard.surveys.scores import score
from wellheard.surveys.tests.conftest import QUESTIONS, RECOMMEND, Answered, question


def entries(action: str) -> list[tuple[str, str, int | None]]:
    return list(TrailEntry.objects.filter(action=action).values_list("did", "kind", "object_id").order_by("seq"))


def test_a_survey_is_a_draft_with_a_reference_and_a_link_nobody_guesses(draft: Survey, ana: Member) -> None:
    assert (draft.reference, draft.status, draft.owner) == ("SUR-2026-0001", "draft", ana)
    assert len(draft.token) == 22
    assert [(each.key, each.kind_of_question, each.position) for each in draft.questions.all()] == [
        ("recommend", "nps", 1),
        ("why", "text", 2),
        ("delivery", "csat", 3),
    ]
    assert entries("surveys.add_survey")[0] == ("created", "surveys.survey", draft.pk)
    assert len(entries("surveys.add_survey")) == 4


def test_questions_without_a_key_get_one_each(ana: Member, now: datetime) -> None:
    twice = [NewQuestion("text", {"en": "What was good?"}), NewQuestion("text", {"en": "What was not?"})]

    survey = create_survey("Two words", twice, ana, at=now)

    assert [each.key for each in survey.questions.all()] == ["text", "text-2"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"languages": ()}, "languages"),
        ({"questions": [NewQuestion("stars", {"en": "How many?"})]}, "kind"),
        ({"questions": [NewQuestion("nps", {"en": " "})]}, "texts"),
        ({"questions": [NewQuestion("nps", RECOMMEND, key="a"), NewQuestion("text", RECOMMEND, key="a")]}, "questions"),
    ],
)
def test_an_incomplete_survey_is_refused_whole(ana: Member, now: datetime, changes: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {"title": "After delivery", "questions": QUESTIONS} | changes

    with pytest.raises(Refusal) as refused:
        create_survey(by=ana, at=now, **values)

    assert refused.value.field == field
    assert Survey.objects.count() == 0


def test_a_survey_that_closes_before_it_opens_is_refused(ana: Member, now: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        create_survey("Late", QUESTIONS, ana, at=now, opens_at=now, closes_at=now - timedelta(days=1))

    assert refused.value.field == "closes_at"


def test_amending_a_draft_changes_adds_and_removes_questions(draft: Survey, ana: Member, now: datetime) -> None:
    recommend = question(draft, "recommend")
    wanted = [
        NewQuestion("text", {"en": "What should we change?"}),
        NewQuestion("nps", {"en": "And?"}, key="recommend"),
    ]

    amend_draft(draft, ana, at=now, title="After the delivery", questions=wanted)

    draft.refresh_from_db()
    assert draft.title == "After the delivery"
    assert [(each.key, each.texts) for each in draft.questions.all()] == [
        ("text", {"en": "What should we change?"}),
        ("recommend", {"en": "And?"}),
    ]
    assert question(draft, "recommend").pk == recommend.pk
    assert {did for did, kind, _ in entries("surveys.amend_draft") if kind == "surveys.question"} == {
        "created",
        "changed",
        "deleted",
    }


def test_an_open_survey_is_no_draft_any_more(survey: Survey, ana: Member, now: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        amend_draft(survey, ana, at=now, title="Other")

    assert refused.value.code == "wrong_status"
    assert Survey.objects.get().title == "After delivery"


def test_opening_lets_customers_answer_and_leaves_a_trail(draft: Survey, ana: Member, now: datetime) -> None:
    open_survey(draft, ana, at=now)

    assert (draft.status, draft.opened_at, draft.takes_answers(now)) == ("open", now, True)
    assert entries("surveys.open") == [("changed", "surveys.survey", draft.pk)]
    with pytest.raises(WrongStatus):
        open_survey(draft, ana, at=now)


def test_a_survey_takes_answers_only_between_its_dates(ana: Member, now: datetime) -> None:
    survey = create_survey(
        "A day", QUESTIONS, ana, at=now, opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2)
    )
    open_survey(survey, ana, at=now)

    moments = [now + timedelta(minutes=minutes) for minutes in (0, 60, 119, 120)]

    assert [survey.takes_answers(moment) for moment in moments] == [False, True, True, False]


def test_a_survey_that_asks_nothing_stays_a_draft(ana: Member, now: datetime) -> None:
    survey = create_survey("Nothing", [], ana, at=now)

    with pytest.raises(Refusal):
        open_survey(survey, ana, at=now)

    assert Survey.objects.get().status == "draft"


def test_a_question_without_words_in_the_main_language_keeps_the_survey_a_draft(ana: Member, now: datetime) -> None:
    survey = create_survey("French first", QUESTIONS, ana, at=now, languages=("fr", "en"))

    with pytest.raises(Refusal, match="Question 1 has no wording in fr"):
        open_survey(survey, ana, at=now)

    assert Survey.objects.get().status == "draft"


def test_closing_and_opening_again(survey: Survey, ana: Member, now: datetime) -> None:
    close_survey(survey, ana, at=now)
    assert (survey.status, survey.closed_at, survey.takes_answers(now)) == ("closed", now, False)
    with pytest.raises(WrongStatus):
        close_survey(survey, ana, at=now)

    reopen_survey(survey, ana, at=now)

    assert (survey.status, survey.closed_at) == ("open", None)
    assert entries("surveys.close") == entries("surveys.reopen") == [("changed", "surveys.survey", survey.pk)]
    with pytest.raises(WrongStatus):
        reopen_survey(survey, ana, at=now)


def test_wording_may_change_until_somebody_answered(
    survey: Survey, ana: Member, now: datetime, answered: Answered
) -> None:
    recommend = question(survey, "recommend")
    reword(survey, recommend, {"en": "Would you recommend us?"}, ana, at=now)
    assert question(survey, "recommend").texts == {"en": "Would you recommend us?"}
    answered(9)

    with pytest.raises(Refusal) as refused:
        reword(survey, recommend, {"en": "Do you like us?"}, ana, at=now)

    assert refused.value.code == "frozen"
    assert question(survey, "recommend").texts == {"en": "Would you recommend us?"}


def test_asking_anew_starts_a_new_series_and_keeps_the_old_one(
    survey: Survey, ana: Member, now: datetime, answered: Answered
) -> None:
    old = question(survey, "recommend")
    answered(9, 10, 0)

    new = ask_anew(survey, old, {"en": "Would you recommend us to a friend?"}, ana, at=now)

    assert (new.key, new.kind_of_question, new.position, new.replaces) == ("recommend-2", "nps", 1, old)
    assert [each.key for each in Survey.objects.get().asked()] == ["recommend-2", "why", "delivery"]
    assert (score(survey, "recommend").n, score(survey, "recommend-2").n) == (3, 0)
    with pytest.raises(Refusal):
        ask_anew(survey, old, {"en": "Again?"}, ana, at=now)


def test_a_response_left_out_counts_no_longer_and_can_count_again(
    survey: Survey, ana: Member, now: datetime, answered: Answered
) -> None:
    test, *_ = answered(0, 10, 10, satisfied=5)

    leave_out(test, "test", ana, at=now)

    assert (score(survey).value, score(survey).n, score(survey).excluded) == (100.0, 2, {"test": 1})
    leave_out(test, "double", ana, at=now)
    assert (score(survey).n, score(survey).excluded) == (2, {"double": 1})
    count_again(test, ana, at=now)
    assert (score(survey).n, score(survey).excluded) == (3, {})
    body = TrailEntry.objects.filter(action="surveys.leave_out").order_by("seq").values_list("body", flat=True)[0]
    assert f'"details":{{"left_out":"test","response":{test.pk}}}' in body


@pytest.mark.parametrize("who", ["dan", "ben", "auditor"])
def test_leaving_out_needs_a_reason_and_somebody_who_may(
    request: pytest.FixtureRequest, survey: Survey, ana: Member, now: datetime, answered: Answered, who: str
) -> None:
    response, *_ = answered(0)

    with pytest.raises(Refusal, match="Say why"):
        leave_out(response, " ", ana, at=now)
    with pytest.raises(NotAllowed):
        leave_out(response, "test", request.getfixturevalue(who), at=now)
    with pytest.raises(NotAllowed):
        count_again(response, request.getfixturevalue(who), at=now)

    assert score(survey).n == 1


def verbs(survey: Survey, at: datetime) -> dict[str, Callable[[Member], object]]:
    first = survey.questions.all()[0]
    return {
        "create": lambda by: create_survey("Mine", QUESTIONS, by, at=at),
        "amend": lambda by: amend_draft(survey, by, at=at, title="Mine"),
        "open": lambda by: open_survey(survey, by, at=at),
        "close": lambda by: close_survey(survey, by, at=at),
        "reopen": lambda by: reopen_survey(survey, by, at=at),
        "reword": lambda by: reword(survey, first, {"en": "Mine?"}, by, at=at),
        "ask anew": lambda by: ask_anew(survey, first, {"en": "Mine?"}, by, at=at),
    }


@pytest.mark.parametrize("who", ["dan", "ben", "auditor"])
@pytest.mark.parametrize("verb", ["create", "amend", "open", "close", "reopen", "reword", "ask anew"])
def test_only_those_who_ask_may_write(
    request: pytest.FixtureRequest, survey: Survey, now: datetime, who: str, verb: str
) -> None:
    with pytest.raises(NotAllowed):
        verbs(survey, now)[verb](request.getfixturevalue(who))

    assert list(Survey.objects.values_list("title", "status")) == [("After delivery", "open")]


def test_front_line_sees_its_own_sites_surveys_and_those_of_all(
    survey: Survey, ana: Member, ben: Member, dan: Member, auditor: Member, lyon: Site, now: datetime
) -> None:
    there = create_survey("Lyon alone", QUESTIONS, ana, at=now, site=lyon)

    seen = {who.name: list(Survey.objects.visible_to(who).order_by("pk")) for who in (ana, ben, dan, auditor)}

    assert seen == {
        "Ana Brandt": [survey, there],
        "Ben Okafor": [survey],
        "Dan Voss": [],
        "Otto Audit": [survey, there],
    }


def test_leaving_out_twice_changes_the_survey_once(
    survey: Survey, ana: Member, now: datetime, answered: Answered
) -> None:
    response, *_ = answered(0, 10)

    for _ in range(2):
        leave_out(response, "test", ana, at=now)
    for _ in range(2):
        count_again(response, ana, at=now)

    verbs = ("surveys.leave_out", "surveys.count_again")
    left = TrailEntry.objects.filter(action__in=verbs, kind="surveys.survey").order_by("seq")
    assert list(left.values_list("action", flat=True)) == ["surveys.leave_out", "surveys.count_again"]
    assert (score(survey).n, score(survey).excluded) == (2, {})


def test_a_reason_is_never_cut_short(survey: Survey, ana: Member, now: datetime, answered: Answered) -> None:
    response, *_ = answered(0)

    with pytest.raises(Refusal, match="fewer words"):
        leave_out(response, "they wrote twice and meant the other one", ana, at=now)  # 40
        leave_out(response, "they wrote twice and meant the other one!", ana, at=now)

    assert Response.objects.get().left_out == "they wrote twice and meant the other one"


def test_an_answer_of_one_site_is_decided_about_there(
    survey: Survey, ana: Member, leipzig: Site, lyon: Site, now: datetime, answered: Answered
) -> None:
    there, everywhere = (answered(0, site_id=site)[0] for site in (leipzig.pk, None))
    lea = add_member(
        "Lea Roux", "lea@rosetau.example", SETUP, at=now, roles=(Role.ANALYST,), site=lyon, only_at_site=True
    )

    with pytest.raises(NotAllowed):
        leave_out(there, "test", lea, at=now)
    leave_out(everywhere, "test", lea, at=now)

    assert [may_leave_out(each, lea) for each in (there, everywhere)] == [False, True]
    assert score(survey).excluded == {"test": 1}


def test_a_draft_is_not_moved_to_a_site_where_one_has_no_say(leipzig: Site, lyon: Site, now: datetime) -> None:
    lea = add_member(
        "Lea Roux", "lea@rosetau.example", SETUP, at=now, roles=(Role.ANALYST,), site=lyon, only_at_site=True
    )
    draft = create_survey("Lyon alone", QUESTIONS, lea, at=now, site=lyon)

    with pytest.raises(NotAllowed):
        amend_draft(draft, lea, at=now, site=leipzig)

    assert Survey.objects.get().site == lyon


@pytest.mark.parametrize("verb", [reword, ask_anew])
def test_a_wording_is_never_emptied(survey: Survey, ana: Member, now: datetime, verb: Callable[..., Question]) -> None:
    first = survey.questions.all()[0]

    with pytest.raises(Refusal, match="no wording in en"):
        verb(survey, first, {"en": " ", "de": "Wie?"}, ana, at=now)

    assert [each.key for each in Survey.objects.get().asked()] == ["recommend", "why", "delivery"]
