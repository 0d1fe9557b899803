from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wellheard.conftest import Arranging
from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_person
from wellheard.customers.models import Person
from wellheard.feedback.actions import add_voice, publish, tell_everyone, write_notice
from wellheard.feedback.models import Notice, Telling
from wellheard.feedback.tests.conftest import Hearing
from wellheard.improvement.actions import open_action
from wellheard.improvement.models import CorrectiveAction

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
TEXTS = {
    "en": {"headline": "The tap is at the front", "said": "I cannot reach the tap.", "did": "We moved it."},
    "de": {
        "headline": "Der Hahn ist jetzt vorn",
        "said": "Ich komme nicht an den Hahn.",
        "did": "Er sitzt jetzt vorn.",
    },
}


@pytest.fixture
def moved_tap(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> CorrectiveAction:
    return open_action("Move the tap", "To the front.", ana, at=now, site=leipzig)


@pytest.fixture
def notice(moved_tap: CorrectiveAction, ana: Member, now: datetime) -> Notice:
    return write_notice(moved_tap, TEXTS, "worked", ana, at=now)


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_notice_is_written_published_and_told(
    moved_tap: CorrectiveAction, heard: Hearing, cleo: Person, ana: Member, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    add_voice(heard("Der Hahn ist viel zu weit weg für mich.", person=cleo), moved_tap, ana, at=now)
    add_voice(heard(person=add_person("No Address", ana, at=now, phone="+49 1")), moved_tap, ana, at=now)
    new = f"/feedback/notices/new/?about=improvement.correctiveaction:{moved_tap.pk}"
    form = client.get(new).content.decode()
    values = {f"{part}_{language}": text for language, parts in TEXTS.items() for part, text in parts.items()}

    client.post(new, values | {"outcome": "worked"})
    notice = Notice.objects.get()
    address = notice.get_absolute_url()
    draft = client.get(address).content.decode()
    client.post(f"{address}published/")
    published = client.get(address).content.decode()
    client.post(f"{address}tellings/")
    told = client.get(address).content.decode()
    client.post(f"/feedback/tellings/{Telling.objects.get(way='hand').pk}/told/")
    by_hand = client.get(address).content.decode()

    assert "Tell 2 people what became of it" in form
    assert notice.texts == TEXTS
    assert "Next: publish it" in draft
    assert "Tell 2 people" in published
    assert "1 person gets a mail; 1 person is not reached by mail and listed to be told by hand." in published
    assert "still to be told by mail: 1 in German" in published
    assert "Der Hahn ist jetzt vorn" in published
    assert ("1 person was told" in told, "I have told them" in told, "+49 1" in told) == (True, True, True)
    assert ("2 people were told" in by_hand, "I have told them" in by_hand) == (True, False)


def test_a_draft_is_changed(notice: Notice, ana: Member, signed_in: SignedIn):
    address = f"{notice.get_absolute_url()}edit/"
    form = signed_in(ana).get(address).content.decode()

    signed_in(ana).post(
        address, {"outcome": "did_not_work", "headline_en": "We tried", "said_en": "Said", "did_en": "Did"}
    )

    notice.refresh_from_db()
    assert 'value="Der Hahn ist jetzt vorn"' in form
    assert (notice.outcome, notice.languages, str(notice)) == ("did_not_work", ["en"], "We tried")


def test_a_published_notice_is_taken_back(notice: Notice, ana: Member, signed_in: SignedIn, now: datetime):
    publish(notice, ana, at=now)

    signed_in(ana).post(f"{notice.get_absolute_url()}taken-back/")

    assert Notice.objects.get().status == "draft"


def test_an_unfinished_draft_says_what_is_missing(
    moved_tap: CorrectiveAction, ana: Member, signed_in: SignedIn, now: datetime
):
    notice = write_notice(moved_tap, {"de": TEXTS["de"]}, "worked", ana, at=now)

    response = signed_in(ana).post(f"{notice.get_absolute_url()}published/")

    assert response.status_code == 409
    assert "There is no text in English yet." in response.content.decode()


def test_who_else_said_it_is_found_by_rare_words_and_added(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, signed_in: SignedIn, now: datetime
):
    recently = timezone.now() - timedelta(days=1)
    first = heard("Cannot reach the faucet behind the timer.", heard_at=recently)
    alike = heard("The faucet is out of reach for my father.", heard_at=recently)
    heard("Delivery came late again.", heard_at=recently)
    add_voice(first, moved_tap, ana, at=now)
    address = f"{notice.get_absolute_url()}voices/"
    before = signed_in(ana).get(address).content.decode()

    signed_in(ana).post(address, {"statement": [alike.pk, "x"]})
    after = signed_in(ana).get(address).content.decode()

    assert "1 person said something like this" in before
    assert f'id="voice-{alike.pk}"' in before
    assert ("Delivery came late" in before, f'id="voice-{first.pk}"' in before) == (False, False)
    assert "2 people said something like this" in after


def test_the_list_asks_as_much_for_one_notice_as_for_three(
    notice: Notice, moved_tap: CorrectiveAction, ana: Member, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    one = queries(client, "/feedback/notices/")
    for outcome in ("changed", "did_not_work"):
        write_notice(moved_tap, TEXTS, outcome, ana, at=now)

    assert queries(client, "/feedback/notices/") == one
    assert "Three pieces of news for customers" in client.get("/feedback/notices/").content.decode()


def test_a_notices_page_asks_as_much_for_one_person_as_for_three(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)

    def another(number: int) -> None:
        person = add_person(f"Person {number}", ana, at=now)
        add_voice(heard(person=person), moved_tap, ana, at=now)
        tell_everyone(notice, ana, at=now)

    publish(notice, ana, at=now)
    another(1)
    one = queries(client, notice.get_absolute_url())
    another(2)
    another(3)

    assert queries(client, notice.get_absolute_url()) == one


def test_judged_actions_that_nobody_was_told_of_stand_above_the_list(
    moved_tap: CorrectiveAction, heard: Hearing, ana: Member, signed_in: SignedIn, now: datetime, arranging: Arranging
):
    silent = open_action("Nobody asked", "For it.", ana, at=now)
    add_voice(heard(), moved_tap, ana, at=now)
    with arranging():
        for action in (moved_tap, silent):
            action.status = "judged"
            action.save()
    before = signed_in(ana).get("/feedback/notices/").content.decode()
    write_notice(moved_tap, TEXTS, "worked", ana, at=now)
    after = signed_in(ana).get("/feedback/notices/").content.decode()

    assert f"about=improvement.correctiveaction%3A{moved_tap.pk}" in before
    assert ("Nobody asked" in before, "1 person said something like this" in before) == (False, True)
    assert "Next: tell what became of it" not in after


def test_only_those_who_may_write_about_what_they_may_see(
    moved_tap: CorrectiveAction, notice: Notice, ben: Member, auditor: Member, dan: Member, signed_in: SignedIn
):
    new = f"/feedback/notices/new/?about=improvement.correctiveaction:{moved_tap.pk}"
    address = notice.get_absolute_url()

    assert [signed_in(member).get(new).status_code for member in (ben, auditor, dan)] == [403, 403, 404]
    assert [signed_in(member).get(address).status_code for member in (ben, auditor, dan)] == [200, 200, 404]
    for verb in ("published", "tellings", "taken-back", "edit"):
        assert [signed_in(member).post(f"{address}{verb}/").status_code for member in (ben, auditor, dan)] == [
            403,
            403,
            404,
        ]
    assert Notice.objects.get().status == "draft"


@pytest.mark.parametrize(
    "about",
    ["", "improvement.correctiveaction:x", "improvement.correctiveaction:1", "nothing.here:1", "core.outboxmessage:1"],
)
def test_a_notice_about_nothing_is_not_found(about: str, ana: Member, organisation: Organisation, signed_in: SignedIn):
    assert signed_in(ana).get(f"/feedback/notices/new/?about={about}").status_code == 404


def test_pressing_twice_writes_one_draft(moved_tap: CorrectiveAction, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    values = {f"{part}_en": text for part, text in TEXTS["en"].items()} | {"outcome": "worked"}

    for _ in range(2):
        client.post(f"/feedback/notices/new/?about=improvement.correctiveaction:{moved_tap.pk}", values)

    assert [notice.texts for notice in Notice.objects.all()] == [{"en": TEXTS["en"]}]


def test_changing_a_draft_keeps_the_languages_that_we_do_not_speak(
    moved_tap: CorrectiveAction, ana: Member, signed_in: SignedIn, now: datetime
):
    dutch = {"headline": "De kraan zit voor", "said": "Ik kan er niet bij.", "did": "Verplaatst."}
    notice = write_notice(moved_tap, {"en": TEXTS["en"], "nl": dutch}, "worked", ana, at=now)
    client = signed_in(ana)
    form = client.get(f"/feedback/notices/{notice.pk}/edit/").context["form"]
    values = {name: form[name].value() or "" for name in form.fields}

    client.post(f"/feedback/notices/{notice.pk}/edit/", values | {"headline_en": "At the front"})

    notice.refresh_from_db()
    assert notice.texts == {"en": TEXTS["en"] | {"headline": "At the front"}, "nl": dutch}


def test_the_sample_of_the_mail_names_nobody_of_another_site_and_stops_nobodys_mail(
    notice: Notice,
    moved_tap: CorrectiveAction,
    heard: Hearing,
    ana: Member,
    ben: Member,
    lyon: Site,
    signed_in: SignedIn,
    now: datetime,
):
    marc = add_person("Marc Petit", ana, at=now, email="marc@jardins.example", site=lyon)
    add_voice(heard("Le robinet est trop loin pour moi.", person=marc), moved_tap, ana, at=now)
    publish(notice, ana, at=now)

    seen = {who.name: signed_in(who).get(notice.get_absolute_url()).context["sample"] for who in (ana, ben)}

    assert ["Marc Petit" in sample for sample in seen.values()] == [True, False]
    assert [TEXTS["en"]["did"] in sample for sample in seen.values()] == [True, True]
    assert ["/told/stop/" in sample for sample in seen.values()] == [False, False]


def test_a_number_that_no_database_holds_adds_no_voice(notice: Notice, ana: Member, signed_in: SignedIn):
    response = signed_in(ana).post(f"/feedback/notices/{notice.pk}/voices/", {"statement": ["9" * 40, "x", "-1"]})

    assert response.status_code == 302


def test_the_empty_list_of_news_leads_to_what_was_changed(ana: Member, organisation: Organisation, signed_in: SignedIn):
    text = signed_in(ana).get("/feedback/notices/").content.decode()

    assert "Nothing to tell yet" in text
    assert 'href="/improvement/"' in text
    assert "See what was changed" in text


def test_two_who_change_a_draft_at_once_do_not_undo_each_other(notice: Notice, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    url = f"/feedback/notices/{notice.pk}/edit/"
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}

    client.post(url, values | {"headline_en": "First"})
    stopped = client.post(url, values | {"headline_en": "Second"})

    notice.refresh_from_db()
    assert notice.texts["en"]["headline"] == "First"
    assert "Someone changed this while you were writing" in stopped.content.decode()
    assert 'value="Second"' in stopped.content.decode()
