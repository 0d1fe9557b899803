"""Links below our mails: one press stops them, a look changes nothing, and the preference centre keeps what was read."""

import re
import time
from datetime import datetime

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging
from wellheard.core.models import Member, Organisation, TrailEntry
from wellheard.customers.actions import add_person, set_up_purposes, word_consent
from wellheard.customers.addresses import (
    CHOOSE_DAYS,
    CHOOSE_SALT,
    choose_token,
    mail_footer,
    stop_token,
    unsubscribe_headers,
)
from wellheard.customers.models import Consent, ConsentText, Person, Purpose
from wellheard.customers.public_words import LANGUAGES, purpose_texts, words_in
from wellheard.customers.purposes import SHIPPED

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHOICE = {"want_news": "yes", "channel": "", "language": "de", "frequency": ""}


@pytest.fixture
def cleo(organisation: Organisation, ana: Member, now: datetime) -> Person:
    set_up_purposes(SETUP, at=now)
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example")


def decisions() -> list[tuple[str, str, str]]:
    rows = Consent.objects.order_by("pk").select_related("purpose")
    return [(each.purpose.key, each.decision, each.source) for each in rows]


# ---- one press ------------------------------------------------------------------------------------------------------
def test_a_mail_program_unsubscribes_at_once_without_a_redirect_or_a_cookie(cleo: Person):
    address = f"/u/{stop_token(cleo, 'news')}/"

    first = Client(enforce_csrf_checks=True).post(address, ONE_CLICK)
    again = Client(enforce_csrf_checks=True).post(address, ONE_CLICK)

    assert (first.status_code, again.status_code, dict(first.cookies)) == (200, 200, {})
    assert decisions() == [("news", "withdrawn", "unsubscribe")]
    actors = (
        TrailEntry.objects.filter(action="customers.unsubscribe").order_by("seq").values_list("actor_id", flat=True)
    )
    assert set(actors) == {f"public:person:{cleo.pk}"}


def test_a_multipart_one_click_counts_as_well(cleo: Person):
    body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    Client().generic("POST", f"/u/{stop_token(cleo, 'news')}/", body, content_type="multipart/form-data; boundary=x")

    assert decisions() == [("news", "withdrawn", "unsubscribe")]


@pytest.mark.parametrize("look", ["get", "head", "options"])
def test_a_look_stores_nothing(cleo: Person, look: str):
    for address in (f"/u/{stop_token(cleo, 'news')}/", f"/m/{choose_token(cleo)}/"):
        getattr(Client(), look)(f"{address}?stop=yes&List-Unsubscribe=One-Click&nothing=yes")

    assert decisions() == []


def test_a_post_that_says_nothing_stops_nothing(cleo: Person):
    response = Client().post(f"/u/{stop_token(cleo, 'news')}/", {"x": "y"})

    assert (response.status_code, decisions()) == (200, [])


def test_the_page_asks_with_one_button_and_says_afterwards_that_it_is_done(cleo: Person):
    address = f"/u/{stop_token(cleo, 'surveys')}/?lang=nl"
    page = Client().get(address).content.decode()
    done = Client().post(address, {"stop": "yes"}).content.decode()

    assert ("Geen “Enquêtes” meer?" in page, page.count("<button")) == (True, 1)
    assert ("Klaar. U krijgt geen “Enquêtes” meer." in done, "<button" in done, "/m/" in done) == (True, False, True)


@pytest.mark.parametrize("token", ["1:abc", "x", "é☃", "a" * 5000, "WzEsMl0:1abc:xyz"])
def test_a_link_that_is_not_whole_explains_itself(organisation: Organisation, token: str):
    for address in (f"/u/{token}/", f"/m/{token}/"):
        for response in (Client().get(address), Client().post(address, ONE_CLICK | CHOICE)):
            assert (response.status_code, "This link is not complete" in response.content.decode()) == (404, True)


def test_a_signed_value_of_another_shape_or_another_salt_opens_nothing(cleo: Person):
    for value in (["x"], "x", None, {"a": 1}, [cleo.pk, "news", 3], 10**30):
        for kind, salt in (("u", "wellheard.customers.stop"), ("m", CHOOSE_SALT)):
            assert Client().get(f"/{kind}/{signing.dumps(value, salt=salt)}/").status_code == 404
    assert Client().get(f"/m/{stop_token(cleo, 'news')}/").status_code == 404


def test_a_link_says_nothing_about_the_person(cleo: Person):
    for address in (f"/u/{stop_token(cleo, 'news')}/", f"/m/{choose_token(cleo)}/"):
        page = Client().get(address).content.decode()
        assert ("Cleo" in page, "holzapfel" in page, "Holzapfel" in address) == (False, False, False)


def test_an_old_link_to_the_preferences_explains_itself_and_stopping_still_works(
    cleo: Person, monkeypatch: pytest.MonkeyPatch
):
    choose, stop = choose_token(cleo), stop_token(cleo, "news")
    later = time.time() + (CHOOSE_DAYS + 1) * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)

    old = Client().get(f"/m/{choose}/")
    stopped = Client().post(f"/u/{stop}/", ONE_CLICK)

    assert (old.status_code, "This link is too old" in old.content.decode()) == (410, True)
    assert (stopped.status_code, decisions()) == (200, [("news", "withdrawn", "unsubscribe")])


def test_after_a_merge_the_link_reaches_who_stands_for_them(
    cleo: Person, ana: Member, arranging: Arranging, now: datetime
):
    double = add_person("C. Holzapfel", ana, at=now, email="c@holzapfel.example")
    token = stop_token(double, "news")
    with arranging():
        double.merged_into = cleo
        double.save()

    Client().post(f"/u/{token}/", ONE_CLICK)

    assert [each.person for each in Consent.objects.order_by("pk")] == [cleo]


def test_somebody_erased_finds_nothing_left_to_choose(cleo: Person, arranging: Arranging, now: datetime):
    with arranging():
        cleo.erased_at = now
        cleo.save()

    for address in (f"/u/{stop_token(cleo, 'news')}/", f"/m/{choose_token(cleo)}/"):
        for response in (Client().get(address), Client().post(address, ONE_CLICK | CHOICE)):
            assert (response.status_code, "has been erased" in response.content.decode()) == (410, True)
    assert decisions() == []


def test_the_headers_are_those_of_rfc_8058_and_a_service_has_none(cleo: Person):
    headers = unsubscribe_headers(cleo, "news")

    link, mail = headers["List-Unsubscribe"].split(", ")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https?://[^>]+/u/[^>]+/>", link)
    assert mail.startswith("<mailto:hello@rosetau.example?subject=unsubscribe%20")
    assert unsubscribe_headers(cleo, "service") == {}
    assert "/m/" in mail_footer(cleo, "news", "de")


# ---- the preference centre ------------------------------------------------------------------------------------------
def test_the_centre_shows_each_purpose_with_the_words_in_their_version(cleo: Person, ana: Member, now: datetime):
    word_consent(Purpose.objects.get(key="offers"), {"de": "Ja, schreibt mir."}, ana, at=now)

    page = Client().get(f"/m/{choose_token(cleo)}/?lang=de").content.decode()

    assert '<html lang="de"' in page
    for words in ("Was dürfen wir Ihnen schreiben?", "Rosetau", "Umfragen", "Gesagt, getan", "Ja, schreibt mir."):
        assert words in page
    assert "Wortlaut 2 vom 16. November 2026" in page
    assert [bool(re.search(rf'name="want_{key}"[^>]*checked', page)) for key in ("surveys", "news", "offers")] == [
        True,
        True,
        False,
    ]
    assert 'name="want_service"' not in page


def test_a_choice_is_kept_with_source_and_version_and_the_page_says_what_holds_now(cleo: Person):
    address = f"/m/{choose_token(cleo)}/"
    text = ConsentText.objects.get(purpose__key="offers")
    choice = CHOICE | {"want_offers": "yes", "text_offers": str(text.pk), "frequency": "monthly", "channel": "mail"}

    response = Client(enforce_csrf_checks=True).post(f"{address}?lang=en", choice)
    page = Client().get(response["Location"]).content.decode()

    cleo.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, f"{address}?done=yes&lang=en")
    assert decisions() == [("surveys", "refused", "centre"), ("offers", "given", "centre")]
    assert Consent.objects.get(purpose__key="offers").text == text
    assert (cleo.language, cleo.frequency, cleo.channel, cleo.do_not_ask) == ("de", "monthly", "mail", True)
    for sentence in ("You get: You said, we did, Offers.", "How often at most: once a month.", "by e-mail."):
        assert sentence in page


def test_who_read_older_words_agreed_to_those(cleo: Person, ana: Member, now: datetime):
    offers = Purpose.objects.get(key="offers")
    read = ConsentText.objects.get(purpose=offers)
    word_consent(offers, {"en": "Other words."}, ana, at=now)

    Client().post(f"/m/{choose_token(cleo)}/", CHOICE | {"want_offers": "yes", "text_offers": str(read.pk)})

    assert Consent.objects.get(purpose=offers).text == read


@pytest.mark.parametrize("said", ["", "0", "x", "99999999999999999999", "１", "\x00"])
def test_a_wording_that_the_page_never_showed_is_not_believed(cleo: Person, said: str):
    Client().post(f"/m/{choose_token(cleo)}/", CHOICE | {"want_offers": "yes", "text_offers": said})

    assert Consent.objects.get(purpose__key="offers").text == ConsentText.objects.get(purpose__key="offers")


def test_the_wording_of_another_purpose_is_not_believed(cleo: Person):
    other = ConsentText.objects.get(purpose__key="news")

    Client().post(f"/m/{choose_token(cleo)}/", CHOICE | {"want_offers": "yes", "text_offers": str(other.pk)})

    assert Consent.objects.get(purpose__key="offers").text == ConsentText.objects.get(purpose__key="offers")


def test_nothing_of_this_stops_everything_but_answers(cleo: Person):
    response = Client().post(f"/m/{choose_token(cleo)}/?lang=fr", CHOICE | {"nothing": "yes"})
    page = Client().get(response["Location"]).content.decode()

    cleo.refresh_from_db()
    assert cleo.wants_no_mail
    assert "Vous ne recevez de nous que des réponses" in page


@pytest.mark.parametrize(
    "changes", [{"channel": "owl"}, {"language": "tlh"}, {"language": "\x00"}, {"frequency": "x" * 10_000}]
)
def test_a_choice_that_is_not_on_the_list_is_shown_again_and_nothing_is_kept(cleo: Person, changes: dict[str, str]):
    response = Client().post(f"/m/{choose_token(cleo)}/?lang=en", CHOICE | {"want_offers": "yes"} | changes)

    page = response.content.decode()
    assert (response.status_code, decisions()) == (422, [])
    assert "Not saved yet" in page
    assert re.search(r'name="want_offers"[^>]*checked', page)


def test_what_nobody_offered_is_ignored(cleo: Person):
    Client().post(f"/m/{choose_token(cleo)}/", CHOICE | {"want_surveys": "yes", "want_x": "yes", "want_service": "yes"})

    assert decisions() == []


def test_the_page_speaks_the_language_asked_for_else_the_persons_else_the_browsers(cleo: Person, arranging: Arranging):
    address = f"/m/{choose_token(cleo)}/"
    browser = {"Accept-Language": "it-CH,it;q=0.9"}
    accepted = Client().get(address, headers=browser)["Content-Language"]
    with arranging():
        cleo.language = "es"
        cleo.save()

    own = Client().get(address, headers=browser)["Content-Language"]
    asked = Client().get(f"{address}?lang=de", headers=browser)["Content-Language"]

    assert (accepted, own, asked) == ("it", "es", "de")


def test_the_page_is_light_and_costs_the_same_whatever_the_history(cleo: Person, arranging: Arranging, now: datetime):
    address = f"/m/{choose_token(cleo)}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            response = Client().get(address)
        assert len(response.content) < 20_000
        assert b"<script" not in response.content
        return len(captured)

    queries()
    none = queries()
    with arranging():
        for number in range(20):
            decision = "given" if number % 2 else "withdrawn"
            Consent(
                person=cleo, purpose=Purpose.objects.get(key="news"), decision=decision, at=now, source="said"
            ).save()

    assert queries() == none <= 8


def test_every_language_says_everything():
    english = words_in("en")
    for language in LANGUAGES:
        words = words_in(language)
        assert words.keys() == english.keys()
        assert all(words.values())
        for key in english:
            assert sorted(re.findall(r"\{\w+\}", words[key])) == sorted(re.findall(r"\{\w+\}", english[key])), key
    for key in SHIPPED:
        assert all(set(texts) == set(LANGUAGES) for texts in purpose_texts(key))
