from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from wellheard.conftest import Arranging
from wellheard.core.actors import Role
from wellheard.core.links import link
from wellheard.core.models import Member, RoleGrant, Site
from wellheard.customers.actions import add_account
from wellheard.customers.models import Account, Person
from wellheard.feedback import next_steps
from wellheard.feedback.actions import add_rule, add_voice, handle, reopen
from wellheard.feedback.models import Statement
from wellheard.feedback.next_steps import NextStep
from wellheard.feedback.tests.conftest import Hearing

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_asks_as_much_for_one_statement_as_for_three(
    heard: Hearing, cleo: Person, ana: Member, lyon: Site, now: datetime, signed_in: SignedIn
):
    heard(person=cleo, rating=2)
    one = queries(signed_in(ana), "/feedback/")
    for name in ("Jardins du Rhône", "Stadt Halle"):
        heard(account=add_account(name, ana, at=now, site=lyon))

    assert queries(signed_in(ana), "/feedback/") == one


def test_the_list_is_narrowed_by_state_rating_source_and_time(
    heard: Hearing, ana: Member, cleo: Person, now: datetime, signed_in: SignedIn
):
    heard("unhappy words", rating=3, source="survey")
    heard("middling words", rating=7)
    heard("happy words", rating=10)
    heard("earlier words", heard_at=datetime(2026, 9, 1, tzinfo=UTC))
    handle(heard("handled words", rating=1), ana, at=now)
    add_voice(heard("taken words", rating=1), cleo, ana, at=now)
    client = signed_in(ana)

    def shown(query: str) -> list[str]:
        words = page(client, f"/feedback/?{query}")
        return [
            each for each in ("unhappy", "middling", "happy", "earlier", "handled", "taken") if f"“{each} " in words
        ]

    assert shown("state=waiting") == ["unhappy", "earlier"]
    assert shown("state=taken_up") == ["taken"]
    assert shown("state=handled") == ["handled"]
    assert shown("rating=low") == ["unhappy", "handled", "taken"]
    assert shown("rating=middle") == ["middling"]
    assert shown("rating=high") == ["happy"]
    assert shown("rating=none") == ["earlier"]
    assert shown("source=survey") == ["unhappy"]
    assert shown("q=earlier") == ["earlier"]


def test_the_list_shows_a_month(heard: Hearing, ana: Member, leipzig: Site, signed_in: SignedIn):
    today = timezone.now()
    heard("new words", heard_at=today, at=today)
    heard("old words", heard_at=today - timedelta(days=400))

    words = page(signed_in(ana), f"/feedback/?period={today.astimezone(leipzig.zone):%Y-%m}")

    assert ("new words" in words, "old words" in words) == (True, False)


def test_an_export_holds_every_word_and_no_formula(heard: Hearing, ana: Member, signed_in: SignedIn):
    heard("=HYPERLINK(1) " + "long " * 100)

    body = b"".join(signed_in(ana).get("/feedback/?format=csv")).decode()

    assert "'=HYPERLINK(1) " + "long " * 100 in body


def test_hostile_words_stand_there_whole_and_do_nothing(heard: Hearing, ana: Member, signed_in: SignedIn):
    words = '{{ statement.key }} {% now %} <script>alert(1)</script> "q" & so\n\n  \u202eRTL مرحبا ' + "long " * 300
    statement = heard(words)

    shown = page(signed_in(ana), statement.get_absolute_url())

    assert escape(words) in shown
    assert "<script>alert" not in shown


def test_pressing_twice_hears_once(cleo: Person, ben: Member, signed_in: SignedIn):
    client = signed_in(ben)
    key = client.get("/feedback/new/").context["form"]["key"].value()
    given = FORM | {"key": key}

    first, second = (client.post("/feedback/new/", given) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] == Statement.objects.get().get_absolute_url()
    client.post("/feedback/new/", FORM | {"key": client.get("/feedback/new/").context["form"]["key"].value()})
    assert Statement.objects.count() == 2


def test_what_came_of_it_before_it_was_opened_again_is_still_there(
    heard: Hearing, ana: Member, signed_in: SignedIn, now: datetime
):
    statement = handle(heard(), ana, at=now, note="Called, no answer.")
    reopen(statement, ana, at=now)

    assert "Called, no answer." in page(signed_in(ana), statement.get_absolute_url())


def test_an_empty_list_teaches(ana: Member, organisation: object, signed_in: SignedIn):
    assert "Nothing heard yet" in page(signed_in(ana), "/feedback/")


def test_a_statement_is_shown_whole_with_who_where_and_when(
    heard: Hearing, cleo: Person, ben: Member, signed_in: SignedIn, now: datetime
):
    statement = heard("Nobody picks up.\n\n<b>Never</b>.", person=cleo, rating=2, heard_at=now - timedelta(days=1))

    words = page(signed_in(ben), statement.get_absolute_url())

    for part in (
        "Gärtnerei Holzapfel gave 2 out of 10",
        "STA-2026-0001",
        "Nobody picks up.\n\n&lt;b&gt;Never&lt;/b&gt;.",
        "Cleo Holzapfel",
        "Gärtnerei Holzapfel, by phone",
        "German, by mail",
        "Next: decide what becomes of it",
        "not yet handled",
        "2 out of 10, 15 November",
    ):
        assert part in words


def test_a_statements_page_asks_as_much_for_one_link_as_for_three(
    heard: Hearing, cleo: Person, ana: Member, now: datetime, signed_in: SignedIn
):
    statement, client = heard(person=cleo), signed_in(ana)
    others = [heard() for _ in range(3)]
    link(statement, others[0], "same as", ana, at=now)
    one = queries(client, statement.get_absolute_url())
    for other in others[1:]:
        link(statement, other, "same as", ana, at=now)

    assert queries(client, statement.get_absolute_url()) == one


def test_what_a_rule_did_and_promised_stands_on_the_page(
    heard: Hearing, cleo: Person, ana: Member, ben: Member, now: datetime, signed_in: SignedIn
):
    add_rule("All", ana, at=now, conditions={}, reactions=["alert_owner"], promised_minutes=60)
    statement = heard(person=cleo)

    words = page(signed_in(ben), statement.get_absolute_url())

    assert "Next: Call Gärtnerei Holzapfel back" in words
    assert "Ben Okafor was alerted; we promised to call back by" in words
    assert "Alerted Ben Okafor, to call back by tomorrow, 09:30." in words


def test_steps_of_other_apps_are_offered_to_those_who_may(
    heard: Hearing, ana: Member, ben: Member, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(next_steps, "_steps", [])
    statement = heard()
    next_steps.register(NextStep("Open a complaint", lambda s: f"/cases/new/?from={s.pk}", "feedback.handle"))
    next_steps.register(NextStep("Set a rule", lambda s: "/feedback/rules/new/", "feedback.add_rule"))
    next_steps.register(NextStep("Nowhere", lambda s: "", "feedback.handle"))

    for_ana = page(signed_in(ana), statement.get_absolute_url())
    for_ben = page(signed_in(ben), statement.get_absolute_url())

    assert (f"/cases/new/?from={statement.pk}" in for_ben, "Set a rule" in for_ben) == (True, False)
    assert ("Set a rule" in for_ana, "Nowhere" in for_ana) == (True, False)


def test_a_statement_is_handled_and_opened_again(heard: Hearing, ben: Member, signed_in: SignedIn):
    statement, client = heard(), signed_in(ben)

    client.post(f"/feedback/{statement.pk}/handled/", {"note": "Called, all is well."})
    handled = page(client, statement.get_absolute_url())
    client.post(f"/feedback/{statement.pk}/reopened/")

    assert ("Called, all is well." in handled, "Next:" in handled) == (True, False)
    assert Statement.objects.get().status == "new"


@pytest.mark.parametrize("address", ["", "new/", "rules/", "notices/", "{pk}/", "rules/new/", "notices/1/"])
def test_a_stranger_finds_nothing(address: str, heard: Hearing, dan: Member, signed_in: SignedIn):
    statement = heard()

    assert signed_in(dan).get(f"/feedback/{address.format(pk=statement.pk)}").status_code == 404


def test_another_sites_words_are_not_found(heard: Hearing, ben: Member, lyon: Site, signed_in: SignedIn):
    statement = heard(site=lyon)

    assert signed_in(ben).get(statement.get_absolute_url()).status_code == 404
    assert signed_in(ben).post(f"/feedback/{statement.pk}/handled/").status_code == 404


def test_an_auditor_reads_and_changes_nothing(heard: Hearing, auditor: Member, signed_in: SignedIn):
    statement, client = heard(), signed_in(auditor)

    words = page(client, statement.get_absolute_url())

    assert ("Nobody picks up." in words, "It is handled" in words) == (True, False)
    assert client.post(f"/feedback/{statement.pk}/handled/").status_code == 403
    assert client.post("/feedback/new/", {"verbatim": "x"}).status_code == 403
    assert client.get("/feedback/new/").status_code == 403
    assert "Note what someone said" not in page(client, "/feedback/")


FORM = {
    "verbatim": "  Zu spät geliefert,\r\nschon wieder.  ",
    "source": "visit",
    "heard_on": "2024-11-12",
    "heard_time": "09:15",
    "account": "ACC-2026-0001",
    "name": "Cleo Holzapfel",
    "email": "cleo@holzapfel.example",
    "rating": "csat:2",
}


def test_what_was_heard_at_a_visit_is_kept_word_for_word(ben: Member, cleo: Person, signed_in: SignedIn):
    today = timezone.now()

    response = signed_in(ben).post("/feedback/new/", FORM)

    statement = Statement.objects.get()
    assert (response.status_code, response["Location"]) == (302, statement.get_absolute_url())
    assert statement.verbatim == "  Zu spät geliefert,\r\nschon wieder.  "
    assert (statement.person, statement.account, statement.rating_words) == (cleo, cleo.account, "2 out of 5")
    assert statement.heard_at == datetime(2024, 11, 12, 8, 15, tzinfo=UTC)
    assert statement.typed_at >= today


def test_the_form_begins_with_whom_it_is_about(ben: Member, cleo: Person, holzapfel: Account, signed_in: SignedIn):
    of_person = page(signed_in(ben), f"/feedback/new/?person={cleo.pk}")
    of_account = page(signed_in(ben), f"/feedback/new/?account={holzapfel.pk}")
    from_account = page(signed_in(ben), holzapfel.get_absolute_url())

    assert "What Cleo Holzapfel said" in of_person
    assert ('value="cleo@holzapfel.example"' in of_person, 'value="ACC-2026-0001"' in of_person) == (True, True)
    assert "What Gärtnerei Holzapfel said" in of_account
    assert f"/feedback/new/?account={holzapfel.pk}" in from_account


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"verbatim": "  "}, "There is nothing written yet"),
        ({"heard_on": "2999-01-01"}, "This day is still to come"),
        ({"account": "Nobody"}, "No customer is called “Nobody”"),
    ],
)
def test_a_mistake_is_explained_and_the_words_are_still_there(
    changes: dict[str, Any], sentence: str, ben: Member, cleo: Person, signed_in: SignedIn
):
    words = signed_in(ben).post("/feedback/new/", FORM | changes).content.decode()

    assert sentence in words
    assert "visit" in words
    assert changes.get("verbatim") or "Zu spät geliefert" in words
    assert not Statement.objects.exists()


def test_whoever_hears_a_customer_of_another_site_may_note_it(
    ben: Member, ana: Member, lyon: Site, organisation: object, now: datetime, signed_in: SignedIn, arranging: Arranging
):
    with arranging():
        RoleGrant(member=ben, role=Role.EMPLOYEE).save()

    response = signed_in(ben).post("/feedback/new/", FORM | {"account": "", "site": str(lyon.pk), "email": ""})

    assert (response.status_code, response["Location"]) == (302, "/feedback/new/")
    assert Statement.objects.get().site == lyon


def test_a_customers_page_shows_what_they_said_and_what_is_open(
    heard: Hearing, cleo: Person, holzapfel: Account, ben: Member, signed_in: SignedIn
):
    heard("Nobody picks up.", person=cleo, rating=2)
    heard("All is well.", person=cleo, rating=10)

    of_account = page(signed_in(ben), holzapfel.get_absolute_url())
    of_person = page(signed_in(ben), cleo.get_absolute_url())

    for words in (of_account, of_person):
        assert "One matter is open." in words.replace("one matter", "One matter")
        assert "gave 2 out of 10 by phone: “Nobody picks up.”" in words
        assert "gave 10 out of 10 by phone: “All is well.”" in words


def test_a_rating_with_nothing_but_spaces_says_that_nothing_was_written(
    heard: Hearing, ana: Member, signed_in: SignedIn
):
    statement = heard("  \n ", rating=2)

    assert "A rating without words: 2 out of 10" in page(signed_in(ana), statement.get_absolute_url())
