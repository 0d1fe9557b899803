"""Pages of surveys: the finding first, nothing for strangers, as many questions to the database for many rows as for few."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from wellheard.core.models import Member, Site
from wellheard.customers.actions import add_account
from wellheard.feedback.actions import add_rule
from wellheard.surveys.actions import ask_anew, close_survey, create_survey, leave_out
from wellheard.surveys.models import Survey
from wellheard.surveys.scores import score
from wellheard.surveys.tests.conftest import QUESTIONS, Answered, question

pytestmark = pytest.mark.pages
SignedIn = Callable[[Member], Client]
HOSTILE = (
    "{{ survey.token }} {% include 'x' %} "
    "<script>alert(1)</script> \"quoted\" 'so' & so\n\n  \u202eRTL\u202c مرحبا " + "long " * 300
)


def moment(month: int, day: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def addresses(survey: Survey, response_pk: int) -> dict[str, str]:
    return {
        "detail": reverse("surveys:detail", args=[survey.pk]),
        "results": reverse("surveys:results", args=[survey.pk]),
        "answers": reverse("surveys:answers", args=[survey.pk]),
        "answer": reverse("surveys:answer", args=[response_pk]),
    }


def test_a_stranger_gets_404_everywhere(survey: Survey, answered: Answered, dan: Member, signed_in: SignedIn) -> None:
    response, *_ = answered(9)
    client = signed_in(dan)

    pages = {"list": reverse("surveys:list"), **addresses(survey, response.pk)}

    assert {name: client.get(url).status_code for name, url in pages.items()} == dict.fromkeys(pages, 404)


def test_the_auditor_sees_everything_and_changes_nothing(
    survey: Survey, answered: Answered, auditor: Member, signed_in: SignedIn
) -> None:
    response, *_ = answered(9)
    client = signed_in(auditor)

    pages = {"list": reverse("surveys:list"), **addresses(survey, response.pk)}
    seen = {name: client.get(url).status_code for name, url in pages.items()}
    posts = [
        reverse("surveys:move", args=[survey.pk, "close"]),
        reverse("surveys:new"),
        reverse("surveys:import"),
        reverse("surveys:count", args=[response.pk]),
    ]
    refused = [client.post(url, {"reason": "test"}).status_code for url in posts]

    assert seen == dict.fromkeys(pages, 200)
    assert refused == [403] * 4
    assert b"Close it" not in client.get(pages["detail"]).content
    assert score(survey).n == 1


def test_front_line_sees_answers_of_its_own_site_only(
    survey: Survey, answered: Answered, ben: Member, leipzig: Site, lyon: Site, signed_in: SignedIn
) -> None:
    here, *_ = answered(9, words="Bei uns gut", site_id=leipzig.pk)
    there, *_ = answered(3, words="Ici, non", site_id=lyon.pk)
    client = signed_in(ben)

    results = client.get(reverse("surveys:results", args=[survey.pk])).content.decode()

    assert "Bei uns gut" in results
    assert "Ici, non" not in results
    assert client.get(here.get_absolute_url()).status_code == 200
    assert client.get(there.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["list", "detail", "results", "answers", "answer"])
def test_pages_ask_as_much_of_many_answers_as_of_few(
    survey: Survey, answered: Answered, ana: Member, now: datetime, signed_in: SignedIn, name: str
) -> None:
    first, *_ = answered(9, words="Good", satisfied=4, segment="Landscapers", at=moment(1))
    answered(3, words="Bad", satisfied=2, segment="Home owners", at=moment(5))
    client = signed_in(ana)
    url = {"list": reverse("surveys:list"), **addresses(survey, first.pk)}[name]

    def asked() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = asked()
    for month in range(1, 11):
        answered(*[9, 2, None], words="More", satisfied=5, segment="Landscapers", at=moment(month))
    for number in range(3):
        create_survey(f"Another {number}", QUESTIONS, ana, at=now)

    assert asked() == few


def test_results_say_the_finding_and_show_what_was_left_out(
    survey: Survey, answered: Answered, ana: Member, now: datetime, signed_in: SignedIn
) -> None:
    answered(*[10] * 60, *[7] * 25, *[2] * 15, words="So it was", at=moment(10))
    answered(None, at=moment(10))
    test, *_ = answered(0, at=moment(10))
    leave_out(test, "test", ana, at=now)

    page = signed_in(ana).get(reverse("surveys:results", args=[survey.pk]))

    text = page.content.decode()
    assert page.context["finding"].headline == "More people recommend us than not"
    assert page.context["found"].report.excluded == {"no score": 1, "test": 1}
    assert ">45<" in text
    assert "1 without a score" in text
    assert "1 left out: test" in text
    assert "60 promoters, 25 in between, 15 detractors: (60 − 15) of 100 makes 45." in text
    assert "So it was" in text


def test_a_change_is_called_one_only_when_it_is_no_chance(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn
) -> None:
    answered(*[10] * 60, *[3] * 20, at=moment(5))
    answered(*[10] * 20, *[3] * 60, at=moment(8))
    client = signed_in(ana)
    results = reverse("surveys:results", args=[survey.pk])

    fell = client.get(results).context["finding"]
    answered(*[10] * 21, *[3] * 59, at=moment(11))
    same = client.get(results).context["finding"]

    assert (fell.headline, fell.tone) == ("People recommend us less than in April to June 2026", "worse")
    assert fell.sentence == "Fell, and not by chance, since April to June 2026:"
    assert (same.headline, same.tone) == ("People recommend us as much as in July to September 2026", "")
    assert same.sentence == "No real change since July to September 2026:"


def test_a_new_answer_is_in_the_results_at_once(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn
) -> None:
    client = signed_in(ana)
    url = reverse("surveys:results", args=[survey.pk])
    assert "Nobody has answered yet" in client.get(url).content.decode()

    answered(9, words="There I am")

    assert "There I am" in client.get(url).content.decode()


def test_an_unknown_period_or_question_shows_all_of_the_headline(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn
) -> None:
    answered(9)

    page = signed_in(ana).get(reverse("surveys:results", args=[survey.pk]), {"period": "soon", "question": "stars"})

    assert (page.context["question"].key, page.context["found"].period, page.context["found"].report.n) == (
        "recommend",
        None,
        1,
    )


def test_the_list_of_answers_opens_exactly_what_was_counted(
    survey: Survey, answered: Answered, ana: Member, now: datetime, signed_in: SignedIn
) -> None:
    answered(9, 10, 3, at=moment(5), segment="Landscapers", words="Words")
    answered(None, at=moment(5))
    left, *_ = answered(0, at=moment(8))
    leave_out(left, "double", ana, at=now)
    client = signed_in(ana)
    url = reverse("surveys:answers", args=[survey.pk])

    def title(**wanted: str) -> str:
        return str(client.get(url, wanted).context["title"])

    assert [
        title(),
        title(counted="yes"),
        title(counted="no score"),
        title(counted="left out"),
        title(score="9"),
        title(words="yes"),
        title(period="2026-Q2", counted="yes"),
        title(period="2026-08"),
        title(segment="Landscapers"),
        title(question="delivery", counted="yes"),
    ] == [
        f"{number} of “After delivery”"
        for number in (
            "Five answers",
            "Three answers",
            "One answer",
            "One answer",
            "One answer",
            "Three answers",
            "Three answers",
            "One answer",
            "Three answers",
            "No answers",
        )
    ]


def test_an_answer_is_shown_whole_and_can_be_left_out(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn
) -> None:
    response, *_ = answered(3, words="Line one\n\n  <b>line two</b>", language="en")
    client = signed_in(ana)
    page = client.get(response.get_absolute_url())
    assert page.context["heading"] == "3 out of 10, 16 November 2026"
    assert page.context["thread"][0].words == "3 out of 10, 16 November"
    assert "&lt;b&gt;line two&lt;/b&gt;" in page.content.decode()

    client.post(reverse("surveys:count", args=[response.pk]), {"reason": "test"})
    assert score(survey).excluded == {"test": 1}
    client.post(reverse("surveys:count", args=[response.pk]), {"decision": "count"})

    assert score(survey).n == 1


def test_opening_closing_and_the_next_step(draft: Survey, ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    page = reverse("surveys:detail", args=[draft.pk])
    assert "Next: open it" in client.get(page).content.decode()

    client.post(reverse("surveys:move", args=[draft.pk, "open"]))
    assert "Next: share the link" in client.get(page).content.decode()
    client.post(reverse("surveys:move", args=[draft.pk, "close"]))

    assert "Open it again" in client.get(page).content.decode()
    refused = client.post(reverse("surveys:move", args=[draft.pk, "close"]))
    assert refused.status_code == 409
    assert "closed" in refused.content.decode()


def test_a_survey_says_that_nobody_is_alerted_until_a_rule_listens(
    survey: Survey, ana: Member, ben: Member, now: datetime, signed_in: SignedIn
) -> None:
    page, add = reverse("surveys:detail", args=[survey.pk]), reverse("feedback:new-rule")
    deaf = {who.name: signed_in(who).get(page).content.decode() for who in (ana, ben)}
    add_rule("Unhappy", ana, at=now, conditions={"scale": "nps", "at_most": 6}, reactions=["alert_owner"])

    heard = signed_in(ana).get(page).content.decode()

    said = "Nobody is alerted when somebody is unhappy"
    assert [(said in text, add in text) for text in (*deaf.values(), heard)] == [
        (True, True),
        (True, False),
        (False, False),
    ]


def test_a_survey_in_words_alone_has_no_score_to_show(ana: Member, now: datetime, signed_in: SignedIn) -> None:
    survey = create_survey("Only words", QUESTIONS[1:2], ana, at=now)

    text = signed_in(ana).get(reverse("surveys:results", args=[survey.pk])).content.decode()

    assert "This survey asks for words, not for a score" in text


def test_a_closed_survey_shows_all_of_its_answers(
    survey: Survey, answered: Answered, ana: Member, now: datetime, signed_in: SignedIn
) -> None:
    answered(9, 9, at=moment(1))
    answered(3, at=moment(8))
    close_survey(survey, ana, at=now)

    page = signed_in(ana).get(reverse("surveys:results", args=[survey.pk]))

    assert (page.context["found"].period, page.context["found"].report.n) == (None, 3)
    assert [chip["label"] for chip in page.context["periods"]] == [
        "All answers",
        "July to September 2026",
        "January to March 2026",
    ]


def test_a_number_reads_the_same_wherever_it_stands_on_the_page(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn
) -> None:
    answered(*[None] * 5, satisfied=5, segment="Landscapers")
    answered(*[None] * 3, satisfied=2, segment="Landscapers")
    answered(None, satisfied=4, segment="Home owners")
    answered(None, satisfied=1, segment="Home owners")

    page = signed_in(ana).get(f"{reverse('surveys:results', args=[survey.pk])}?question=delivery&period=all")

    (landscapers, _owners) = page.context["segment_rows"]
    assert (landscapers["n"], landscapers["score"]) == (8, 63)  # 62.5, as the sentence beside the ruler rounds it
    assert page.context["segment_data"] == {"overall": 60}


def test_the_number_without_a_score_opens_just_those_answers_after_a_new_wording(
    survey: Survey, answered: Answered, ana: Member, now: datetime, signed_in: SignedIn
) -> None:
    answered(9, 3, None, at=moment(9))
    successor = ask_anew(survey, question(survey, "recommend"), {"en": "Would you recommend us?"}, ana, at=moment(10))
    answered(None, None, at=moment(11))
    client = signed_in(ana)
    wanted = f"question={successor.key}&period=all"

    results = client.get(f"{reverse('surveys:results', args=[survey.pk])}?{wanted}")
    listed = client.get(f"{reverse('surveys:answers', args=[survey.pk])}?question={successor.key}&counted=no+score")

    assert results.context["found"].report.excluded == {"no score": 2}
    assert "Two answers of “After delivery”" in listed.content.decode()


@pytest.mark.parametrize("period", ["9999-12", "9999-Q4", "9999", "0001", "0001-01", "0000", "2026-W60", "٢٠٢٦"])
def test_a_period_beyond_all_calendars_shows_the_results(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn, period: str
) -> None:
    answered(9)

    page = signed_in(ana).get(reverse("surveys:results", args=[survey.pk]), {"period": period})

    assert page.status_code == 200


@pytest.mark.parametrize("name", ["results", "answers", "answer"])
def test_what_a_customer_wrote_stands_there_whole_and_does_nothing(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn, name: str
) -> None:
    response, *_ = answered(2, words=HOSTILE)

    text = signed_in(ana).get(addresses(survey, response.pk)[name]).content.decode()

    assert escape(HOSTILE) in text
    assert "<script>alert" not in text


def test_a_book_sent_as_an_answer_does_not_bury_what_the_others_said(
    survey: Survey, answered: Answered, ana: Member, signed_in: SignedIn
) -> None:
    response, *_ = answered(2, words="x" * 150_000)
    client, where = signed_in(ana), addresses(survey, response.pk)

    length = {name: len(client.get(where[name]).content) for name in ("results", "answers", "answer")}
    answer: Any = client.get(f"{where['answers']}?format=csv")
    exported = b"".join(answer.streaming_content)

    assert (length["results"] < 60_000, length["answers"] < 60_000, length["answer"] > 150_000) == (True, True, True)
    assert len(exported) > 150_000


def test_a_customer_of_another_site_is_not_named_to_the_front_line(
    survey: Survey, answered: Answered, ana: Member, ben: Member, lyon: Site, now: datetime, signed_in: SignedIn
) -> None:
    account = add_account("Jardins du Rhône", ana, at=now, site=lyon)
    response, *_ = answered(2, words="Too late", account_id=account.pk)
    pages = addresses(survey, response.pk)
    shown = ("results", "answers", "answer")

    named = {
        who: [name for name in shown if "Jardins" in signed_in(member).get(pages[name]).content.decode()]
        for who, member in (("ana", ana), ("ben", ben))
    }

    assert named == {"ana": list(shown), "ben": []}
