from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.core.models import Member, Organisation, Site, TrailEntry
from wellheard.customers.models import Consent, Person
from wellheard.feedback.actions import add_voice, publish, write_notice
from wellheard.feedback.models import Notice, Statement
from wellheard.feedback.public_words import LANGUAGES, WORDS
from wellheard.feedback.telling import STOP_SALT
from wellheard.feedback.tests.conftest import Hearing
from wellheard.improvement.actions import open_action
from wellheard.improvement.models import CorrectiveAction

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

TEXTS = {
    "en": {"headline": "The tap is at the front", "said": "I cannot reach the tap.", "did": "We moved it."},
    "de": {
        "headline": "Der Hahn ist jetzt vorn",
        "said": "Ich komme nicht an den Hahn.",
        "did": "Er sitzt jetzt vorn.",
    },
}
GIVEN = {"words": "  Too late,\r\nagain.  ", "name": "Cleo", "email": "cleo@new.example", "key": "k1", "website": ""}


@pytest.fixture
def moved_tap(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> CorrectiveAction:
    return open_action("Move the tap", "To the front.", ana, at=now, site=leipzig)


@pytest.fixture
def notice(moved_tap: CorrectiveAction, ana: Member, now: datetime) -> Notice:
    return publish(write_notice(moved_tap, TEXTS, "worked", ana, at=now), ana, at=now)


def written() -> list[int]:
    return [model.objects.count() for model in (Statement, Person, TrailEntry)]


def test_every_language_says_everything():
    assert set(WORDS) == set(LANGUAGES)
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


def test_what_became_of_it_is_public_with_how_many_said_it(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, cleo: Person, ana: Member, now: datetime
):
    private = "My mother’s name is Wilhelmina."
    add_voice(heard(private, person=cleo), moved_tap, ana, at=now)
    add_voice(heard("Too far."), moved_tap, ana, at=now)

    page = Client().get("/told/").content.decode()

    assert "What changed at Rosetau because 2 of you told us." in page
    assert "2 people said something like this" in page
    assert ("I cannot reach the tap." in page, "The tap is at the front" in page) == (True, True)
    assert ("Wilhelmina" in page, "Cleo" in page) == (False, False)


def test_what_did_not_help_is_said_first(moved_tap: CorrectiveAction, ana: Member, now: datetime):
    said = {"headline": "Paper instructions are back", "said": "Bring them back.", "did": "Questions stayed the same."}
    plain = said | {"headline": "We tried, and it did not help."}
    for text in (said, plain):
        publish(write_notice(moved_tap, {"en": text}, "did_not_work", ana, at=now), ana, at=now)

    page = Client().get("/told/?lang=en").content.decode()

    assert ">We tried, and it did not help: Paper instructions are back<" in page
    assert ">We tried, and it did not help.<" in page


def test_a_draft_is_not_public(moved_tap: CorrectiveAction, ana: Member, now: datetime):
    write_notice(moved_tap, TEXTS, "worked", ana, at=now)

    page = Client().get("/told/").content.decode()

    assert ("The tap is at the front" in page, "Nothing to tell yet." in page) == (False, True)


@pytest.mark.parametrize(
    ("address", "accepts", "language", "headline"),
    [
        ("/told/", "", "en", "The tap is at the front"),
        ("/told/", "de-AT,de;q=0.9,en;q=0.5", "de", "Der Hahn ist jetzt vorn"),
        ("/told/?lang=de", "en", "de", "Der Hahn ist jetzt vorn"),
        ("/told/?lang=fr", "", "fr", "The tap is at the front"),
        ("/told/?lang=xx", "nl", "en", "The tap is at the front"),
    ],
)
def test_the_page_speaks_the_language_of_the_reader(
    address: str, accepts: str, language: str, headline: str, notice: Notice
):
    response = Client().get(address, headers={"Accept-Language": accepts} if accepts else {})

    page = response.content.decode()
    assert (response["Content-Language"], f'<html lang="{language}"' in page) == (language, True)
    assert (headline in page, WORDS[language]["title"] in page) == (True, True)


def test_the_public_page_asks_as_much_for_one_notice_as_for_three(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get("/told/")
        return len(captured)

    add_voice(heard(), moved_tap, ana, at=now)
    one = queries()
    for _ in range(2):
        publish(write_notice(moved_tap, TEXTS, "changed", ana, at=now), ana, at=now)

    assert queries() == one


def test_looking_stores_nothing(organisation: Organisation, leipzig: Site, notice: Notice, cleo: Person):
    before = written()

    for address in ("/told/", "/say/", "/say/?done=yes", f"/told/stop/{signing.dumps(cleo.pk, salt=STOP_SALT)}/"):
        assert Client().get(address, follow=True).status_code == 200

    assert written() == before
    assert Person.objects.get().wants_no_mail is False


def test_what_is_said_is_kept_word_for_word_with_who_said_it(organisation: Organisation, leipzig: Site):
    response = Client(headers={"Accept-Language": "en"}).post("/say/", GIVEN)

    statement = Statement.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/say/?done=yes&lang=en")
    assert (statement.verbatim, statement.source, statement.site) == (GIVEN["words"], "form", leipzig)
    assert statement.person == Person.objects.get(name="Cleo", email="cleo@new.example")
    assert "Thank you. We have heard you." in Client().get(response["Location"]).content.decode()


def test_pressing_twice_says_it_once(organisation: Organisation, leipzig: Site):
    for _ in range(2):
        assert Client().post("/say/", GIVEN).status_code == 302
    Client().post("/say/", GIVEN | {"key": "k2"})

    assert (Statement.objects.count(), Person.objects.count()) == (2, 1)


def test_two_at_the_same_moment_say_it_once(organisation: Organisation, leipzig: Site):
    Client().post("/say/", GIVEN)
    known = Statement.objects.get()

    # The other request had not yet written when this one looked.
    with (
        patch("wellheard.feedback.portal.already_heard", return_value=None),
        patch("wellheard.feedback.actions.statements.already_heard", side_effect=[None, known]),
    ):
        response = Client().post("/say/", GIVEN)

    assert response.status_code == 302
    assert list(Statement.objects.all()) == [known]


def test_words_that_another_page_brings_stand_in_the_form_and_are_not_stored_yet(organisation: Organisation):
    words = "Zu spät. " * 5_000  # longer than any address may be

    response = Client().post("/say/?lang=de", {"carried": "yes", "words": words})

    page = response.content.decode()
    assert (response.status_code, f"{words}</textarea>" in page, WORDS["de"]["not_sent"] in page) == (200, True, False)
    assert not Statement.objects.exists()


def test_without_a_name_nobody_is_made_up(organisation: Organisation, leipzig: Site, lyon: Site):
    Client().post("/say/", {"words": "Too late."})

    assert (Statement.objects.get().person, Statement.objects.get().site) == (None, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": " "}, "say_empty"),
        ({"words": "x" * 20_001}, "say_too_long"),
        ({"email": "cleo"}, "say_bad_email"),
        ({"website": "http://spam.example"}, "say_trapped"),
    ],
)
def test_a_mistake_keeps_the_words_on_the_page_and_stores_nothing(
    changes: dict[str, Any], sentence: str, organisation: Organisation, leipzig: Site
):
    response = Client(headers={"Accept-Language": "de"}).post("/say/", GIVEN | changes)

    page = response.content.decode()
    assert response.status_code == 422
    assert WORDS["de"][sentence] in page
    assert f"{(GIVEN | changes)['words']}</textarea>" in page
    assert 'value="k1"' in page
    assert not Statement.objects.exists()


def test_an_older_link_leads_to_where_news_is_stopped_and_stops_it_with_a_press(cleo: Person):
    address = f"/told/stop/{signing.dumps(cleo.pk, salt=STOP_SALT)}/?lang=de"
    looked = Client().get(address)
    asked = Client().get(looked["Location"]).content.decode()
    before = Consent.objects.count()

    response = Client().post(address)
    again = Client().post(address)

    assert (before, looked.status_code, response.status_code, again.status_code) == (0, 302, 302, 302)
    assert "Kein „Gesagt, getan“ mehr?" in asked
    assert "Sie bekommen kein „Gesagt, getan“ mehr." in Client().get(response["Location"]).content.decode()
    assert [(each.person, each.decision) for each in Consent.objects.order_by("pk")] == [(cleo, "withdrawn")]


def test_a_made_up_link_stops_nothing(cleo: Person):
    response = Client().post("/told/stop/1:abc/")

    assert (response.status_code, Consent.objects.count()) == (404, 0)


def test_the_public_pages_are_light(notice: Notice, client: Client, django_assert_max_num_queries: Callable[..., Any]):
    with django_assert_max_num_queries(8):
        response = client.get("/told/")

    assert len(response.content) < 20_000
    assert b"<script" not in response.content
