"""Reading answers from files: every row gets a verdict, nothing is guessed in secret, all of it can be taken back."""

from datetime import UTC, date, datetime

import pytest

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import HasQuestions, Options, report, run_import, try_import, undo_import
from wellheard.core.models import ImportBatch, Member, Site, TrailEntry
from wellheard.core.setup import add_member
from wellheard.core.trail.seal_checks import check_seals
from wellheard.core.trail.seals import seal_waiting
from wellheard.customers.actions import add_account, add_person
from wellheard.surveys.actions import create_survey, leave_out, open_survey
from wellheard.surveys.models import Answer, Response, Survey, Tally
from wellheard.surveys.scores import question_of, score
from wellheard.surveys.tallies import equal_to_rebuild
from wellheard.surveys.tests.conftest import QUESTIONS, Answered
from wellheard.surveys.tests.importing import OWN, bring, counts

RECOMMEND = "How likely are you to recommend us? (0-10)"


def test_a_file_becomes_a_closed_survey_and_every_row_has_a_verdict(ana: Member, now: datetime) -> None:
    batch = bring(ana, now)

    survey = Survey.objects.get()
    assert (survey.title, survey.status, survey.is_imported, survey.owner) == ("after-delivery", "closed", True, ana)
    assert (batch.format, batch.rows, batch.accepted) == ("google-forms", 12, 9)
    assert batch.rejected == [
        {"row": 9, "field": RECOMMEND, "reason": '"11" is off the scale; the scale goes from 0 to 10.'},
        {"row": 10, "field": RECOMMEND, "reason": '"abc" is no number; the scale goes from 0 to 10.'},
        {"row": 11, "field": "Timestamp", "reason": "There is no date. Write it into the row, and import it again."},
    ]
    assert batch.left_out == {"no score": 1}
    assert batch.created == {"questions": 4, "surveys": 1, "responses": 9, "scores": 8, "comments": 7}
    assert (score(survey).value, score(survey).n, score(survey).excluded) == (25.0, 8, {"no score": 1})
    assert score(survey, question_of(survey, None)).counts == {"promoters": 4, "passives": 2, "detractors": 2}


def test_what_was_assumed_is_stated(ana: Member, now: datetime) -> None:
    batch = bring(ana, now)

    assert batch.guessed == {
        "format": "google-forms",
        "file": "csv",
        "encoding": "utf-8",
        "delimiter": ",",
        "score": RECOMMEND,
        "comment": "Why this score?",
        "answered_at": "Timestamp",
        "segment": "Customer group",
        "language": "Language",
        "scale": "0 to 10",
        "further_scores": ["How satisfied are you with the driver? (1-5)"],
        "kept_beside": ["Order no"],
        "survey": "new: after-delivery",
        "broken_characters": {"cells": 1, "rows": 1, "first": [7]},
        "date_order": "dmy: row 2 has 13 as first number",
        "time_zone": "Europe/Berlin, the survey’s own, since the file names none; times that name a zone keep their own",
    }


def test_nothing_that_a_customer_wrote_is_trimmed_or_lost(ana: Member, now: datetime) -> None:
    bring(ana, now)

    third = Response.objects.get(row=4)
    assert (third.segment, third.language, third.channel) == ("Garden centres", "en", "import")
    assert third.answered_at == datetime(2026, 4, 14, 8, 30, tzinfo=UTC)
    assert third.answered_on == date(2026, 4, 14)
    kept = third.answers.order_by("question__position").values_list("question__texts__en", "score", "text")
    assert list(kept) == [
        (RECOMMEND, 3, None),
        ("Why this score?", None, "  Two pallets missing, nobody called back  "),
        ("How satisfied are you with the driver? (1-5)", 2, None),
        ("Order no", None, "A-102"),
    ]
    assert Answer.objects.get(response__row=7, question__key="why-this-score").text == "La vanne fuit d�j�."
    assert Answer.objects.get(response__row=8, question__key="why-this-score").text == '=HYPERLINK("http://x")'


def test_imported_answers_are_history_and_raise_no_alarm(ana: Member, now: datetime) -> None:
    bring(ana, now)

    assert Response.objects.filter(noticed_at=None).count() == 0


def test_a_dry_run_says_the_same_and_saves_nothing(ana: Member, now: datetime) -> None:
    before = counts()

    tried = report(try_import("responses", "after-delivery.csv", OWN, ana, at=now, options=Options()), kind="responses")

    assert counts() == before
    assert ImportBatch.objects.count() == 0
    real = report(bring(ana, now))
    assert {key: tried[key] for key in tried if key != "batch"} == {key: real[key] for key in real if key != "batch"}


def test_an_import_leaves_a_trail_and_its_answers_are_sealed(ana: Member, now: datetime) -> None:
    batch = bring(ana, now)
    seal_waiting("surveys.response", at=now)

    entries = TrailEntry.objects.filter(action="core.import").values_list("did", "kind").order_by("seq")
    assert {("created", "core.importbatch"), ("created", "surveys.survey"), ("created", "surveys.question")} <= set(
        entries
    )
    assert Response.objects.filter(seal_id=None).count() == 0
    undo_import(batch, ana, at=now)
    assert list(check_seals()) == []


def test_undoing_takes_everything_back_and_keeps_the_file(ana: Member, now: datetime) -> None:
    before = counts()
    batch = bring(ana, now)

    undo_import(batch, ana, at=now)

    assert counts() == before
    batch.refresh_from_db()
    assert (batch.status, batch.file.name, len(batch.rejected)) == ("undone", "after-delivery.csv", 3)
    with pytest.raises(Refusal, match="already taken back"):
        undo_import(batch, ana, at=now)


def test_a_second_file_goes_into_the_survey_of_that_name(ana: Member, now: datetime) -> None:
    bring(ana, now, into="Deliveries")
    more = b"Timestamp,Score,Why?\n2026-05-20 10:00,10,Quick\n2026-05-21 10:00,2,Slow\n"

    batch = bring(ana, now, more, "may.csv", into="deliveries", score="Score")

    survey = Survey.objects.get()
    assert (batch.created["responses"], batch.created.get("surveys"), batch.created.get("questions")) == (2, None, None)
    assert batch.guessed["survey"] == "added to: Deliveries"
    assert (score(survey).n, score(survey).value) == (10, 20.0)
    assert all(equal_to_rebuild(each) for each in survey.questions.all())
    undo_import(batch, ana, at=now)
    assert (score(survey).n, Survey.objects.count()) == (8, 1)
    assert all(equal_to_rebuild(each) for each in survey.questions.all())


def test_answers_go_into_an_open_survey_without_changing_what_it_asks(
    survey: Survey, ana: Member, now: datetime
) -> None:
    asked = [each.key for each in survey.asked()]

    bring(ana, now, into=survey.title)

    assert [each.key for each in Survey.objects.get().asked()] == asked
    assert score(survey).n == 8
    undo_import(ImportBatch.objects.get(), ana, at=now)
    assert [each.key for each in survey.questions.all()] == asked


def test_a_draft_takes_no_answers(draft: Survey, ana: Member, now: datetime) -> None:
    with pytest.raises(Refusal, match="still a draft"):
        bring(ana, now, into=draft.title)

    assert Response.objects.count() == 0


def test_the_same_file_twice_is_a_question(ana: Member, now: datetime) -> None:
    bring(ana, now, into="Deliveries")

    with pytest.raises(HasQuestions) as stopped:
        bring(ana, now, into="Deliveries")

    assert [each.name for each in stopped.value.result.questions] == ["import_again"]
    assert score(Survey.objects.get()).n == 8
    bring(ana, now, into="Deliveries", import_again="yes")
    assert score(Survey.objects.get()).n == 16


def test_the_same_file_makes_no_second_survey_of_its_name_unasked(ana: Member, now: datetime) -> None:
    first = bring(ana, now)

    with pytest.raises(HasQuestions) as stopped:
        bring(ana, now)

    assert [each.sentence for each in stopped.value.result.questions] == [
        "This file is already in “after-delivery”, as IMP-2026-0001. There would be two surveys of this name."
    ]
    assert Survey.objects.count() == 1
    bring(ana, now, into="For the board")
    undo_import(first, ana, at=now)
    bring(ana, now)
    assert sorted(Survey.objects.values_list("title", flat=True)) == ["For the board", "after-delivery"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("report.pdf", b"%PDF-1.7 \n...", "is a PDF, not a table"),
        ("page.html", b"<!doctype html><p>x", "is a web page"),
        ("broken.xlsx", b"PK\x03\x04 not an archive", "damaged"),
        ("binary.csv", b"a,b\n1,\x00\x01\x02\n" * 5, "NUL byte"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    ana: Member, now: datetime, name: str, data: bytes, words: str
) -> None:
    before = counts()

    with pytest.raises(Refusal, match=words) as refused:
        bring(ana, now, data, name)

    assert refused.value.field == "file"
    assert counts() == before


def test_how_the_file_is_read_can_be_corrected(ana: Member, now: datetime) -> None:
    data = "Answers of May\nNPS;Comment\n9;Größe\n".encode("cp1252")

    bring(ana, now, data, encoding="cp1252", delimiter=";", header_row="2")

    assert Answer.objects.get(score=None).text == "Größe"
    with pytest.raises(Refusal, match="no text encoding"):
        bring(ana, now, data, encoding="klingon")
    with pytest.raises(Refusal, match="can’t be read that way"):
        bring(ana, now, data, delimiter="and")
    with pytest.raises(Refusal, match="“two” is no number of a row"):
        bring(ana, now, data, header_row="two")
    with pytest.raises(Refusal, match="has no row 77"):
        bring(ana, now, data, header_row="77")


def test_another_format_is_refused_with_those_there_are(ana: Member, now: datetime) -> None:
    with pytest.raises(Refusal, match="google-forms, generic-wide"):
        run_import("responses", "a.csv", OWN, ana, at=now, options=Options(format="qualtrics"))


def test_the_senders_own_number_makes_an_answer_recognisable(ana: Member, now: datetime) -> None:
    first = b"Response ID,NPS\nr1,9\nr2,3\nr2,4\n"
    second = b"Response ID,NPS\nr2,3\nr3,10\n"

    one = bring(ana, now, first, into="Twice", external_id="Response ID")
    two = bring(ana, now, second, into="Twice", external_id="Response ID")

    assert [(each["row"], each["reason"]) for each in one.rejected] == [
        (4, "The answer r2 is there already, from row 3.")
    ]
    assert [(each["row"], each["reason"]) for each in two.rejected] == [
        (2, "The answer r2 is there already, from an earlier import.")
    ]
    assert score(Survey.objects.get()).n == 3


def test_people_and_accounts_that_we_know_are_recognised_and_none_is_made(ana: Member, now: datetime) -> None:
    account = add_account("Gärtnerei Holzapfel", ana, at=now)
    cleo = add_person("Cleo", ana, at=now, email="cleo@holzapfel.example", account=account)
    data = "E-mail,Company,NPS\nCLEO@holzapfel.example,Gärtnerei Holzapfel,9\nx@y.example,Nobody,2\n".encode()

    bring(ana, now, data)

    rows = Response.objects.order_by("row").values_list("person", "account")
    assert list(rows) == [(cleo.pk, account.pk), (None, None)]
    assert Answer.objects.filter(text="x@y.example", question__is_detail=True).count() == 1


def test_only_those_who_may_import_can(ben: Member, dan: Member, auditor: Member, now: datetime) -> None:
    for who in (ben, dan, auditor):
        with pytest.raises(NotAllowed):
            bring(who, now)

    assert counts() == (0, 0, 0, 0, 0)


def test_accepting_guesses_never_imports_the_same_file_twice(ana: Member, now: datetime) -> None:
    bring(ana, now, into="Deliveries", yes=True)

    with pytest.raises(Refusal, match="already in “Deliveries”, as IMP-2026-0001") as refused:
        bring(ana, now, into="Deliveries", yes=True)

    assert (refused.value.field, ImportBatch.objects.count(), score(Survey.objects.get()).n) == ("import_again", 1, 8)
    bring(ana, now, into="Deliveries", yes=True, import_again="yes")
    assert score(Survey.objects.get()).n == 16


def test_what_names_nothing_that_we_know_is_kept_as_the_file_has_it(ana: Member, leipzig: Site, now: datetime) -> None:
    rows = "9,Leipzig,English (United Kingdom)\n3,Paris Nord,Deutsch\n"

    bring(ana, now, f"NPS,Site,Language\n{rows}".encode(), site="Site", language="Language")

    kept = [
        (each.site, each.language, list(each.answers.exclude(text=None).order_by("pk").values_list("text", flat=True)))
        for each in Response.objects.order_by("row")
    ]
    assert kept == [
        (leipzig, "", ["Leipzig", "English (United Kingdom)"]),
        (None, "", ["Paris Nord", "Deutsch"]),
    ]


def test_a_name_that_two_customers_bear_is_given_to_neither(
    ana: Member, leipzig: Site, lyon: Site, now: datetime
) -> None:
    for site in (leipzig, lyon):
        add_account("Garten GmbH", ana, at=now, site=site)
    only = add_account("Stadt Halle", ana, at=now)

    bring(ana, now, b"NPS,Customer\n9,Garten GmbH\n3,Stadt Halle\n", account="Customer")

    assert [each.account for each in Response.objects.order_by("row")] == [None, only]
    assert list(Answer.objects.exclude(text=None).order_by("response__row").values_list("text", flat=True)) == [
        "Garten GmbH",
        "Stadt Halle",
    ]


def test_taking_back_needs_the_right_to_import_there(
    ana: Member, leipzig: Site, lyon: Site, now: datetime, organisation: object
) -> None:
    lea = add_member(
        "Lea Roux", "lea@rosetau.example", SETUP, at=now, roles=(Role.ANALYST,), site=lyon, only_at_site=True
    )
    create_survey("Here", QUESTIONS, ana, at=now, site=leipzig)
    open_survey(Survey.objects.get(), ana, at=now)
    batch = bring(ana, now, into="Here")

    with pytest.raises(NotAllowed):
        undo_import(batch, lea, at=now)

    batch.refresh_from_db()
    assert (batch.status, score(Survey.objects.get()).n) == ("done", 8)


def test_taking_back_leaves_the_other_answers_and_what_was_left_out(
    survey: Survey, answered: Answered, ana: Member, now: datetime
) -> None:
    answered(10, 10)
    batch = bring(ana, now, into=survey.title)
    for row in (2, 4):
        leave_out(Response.objects.get(row=row), "test", ana, at=now)

    undo_import(batch, ana, at=now)

    assert (score(survey).n, score(survey).value, score(survey).excluded) == (2, 100.0, {})
    assert [equal_to_rebuild(each) for each in survey.questions.all()] == [True] * survey.questions.count()
    assert not Tally.objects.filter(c0__lt=0).exists()
    assert survey.questions.filter(is_asked=False).count() == 0
