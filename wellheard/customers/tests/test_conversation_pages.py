from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wellheard.conftest import Arranging
from wellheard.core.actors import Role, System
from wellheard.core.models import Member, Organisation, Site, Task
from wellheard.core.setup import add_member
from wellheard.customers.actions import add_account, add_person, add_words, follow_up, log_conversation
from wellheard.customers.models import Account, Conversation, Person

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
NEW = "/customers/conversations/new/"


@pytest.fixture
def holzapfel(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


@pytest.fixture
def cleo(ana: Member, holzapfel: Account, now: datetime) -> Person:
    return add_person("Cleo Holzapfel", ana, at=now, account=holzapfel, email="cleo@holzapfel.example")


@pytest.fixture
def call(ben: Member, cleo: Person, now: datetime) -> Conversation:
    return log_conversation(
        "call", ben, at=now, happened_at=now, person=cleo, notes="About taps.", words=["They drip."]
    )


def filled(client: Client, address: str = NEW, **more: Any) -> dict[str, Any]:
    """What a browser sends when someone opens the form and fills in these fields."""
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | more


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_from_a_persons_page_only_the_notes_are_left_to_write(
    ben: Member, cleo: Person, holzapfel: Account, signed_in: SignedIn
):
    client = signed_in(ben)

    answer = client.post(NEW, filled(client, f"{NEW}?person={cleo.pk}", notes="About taps.", words="One.\r\nTwo.\r\n"))

    made = Conversation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, made.get_absolute_url())
    assert (made.person, made.account, made.heard_by, made.how) == (cleo, holzapfel, ben, "call")
    assert [each.words for each in made.heard_words.order_by("pk")] == ["One.", "Two."]
    assert timezone.now() - made.happened_at < timedelta(minutes=2)
    assert f"{NEW}?person={cleo.pk}" in client.get(cleo.get_absolute_url()).content.decode()


def test_the_same_page_sent_twice_is_one_conversation_and_one_task(ben: Member, cleo: Person, signed_in: SignedIn):
    client = signed_in(ben)
    sent = filled(client, f"{NEW}?person={cleo.pk}", notes="x", follow_up="Call back", due_on=str(timezone.localdate()))

    for _ in range(2):
        client.post(NEW, sent)

    assert (Conversation.objects.count(), Task.objects.count()) == (1, 1)
    task = Task.objects.get()
    assert (task.owner, task.title, task.url) == (ben, "Call back", Conversation.objects.get().get_absolute_url())


def test_someone_unknown_is_asked_about_and_never_made_up(ben: Member, holzapfel: Account, signed_in: SignedIn):
    client = signed_in(ben)
    sent = filled(client, f"{NEW}?account={holzapfel.pk}", who="Jörg Ünal", notes="x")

    page = client.post(NEW, sent).content.decode()

    assert "We know nobody here called “Jörg Ünal”" in page
    assert "Add “Jörg Ünal” as a new person of Gärtnerei Holzapfel" in page
    assert not Person.objects.exists()
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(("which", "people", "others"), [("add", ["Jörg Ünal"], ""), ("name", [], "Jörg Ünal")])
def test_who_was_unknown_is_added_or_only_noted(
    which: str, people: list[str], others: str, ben: Member, holzapfel: Account, signed_in: SignedIn
):
    client = signed_in(ben)
    sent = filled(client, f"{NEW}?account={holzapfel.pk}", who="Jörg Ünal", notes="x", which=which)

    client.post(NEW, sent)

    made = Conversation.objects.get()
    assert [each.name for each in Person.objects.all()] == people
    assert (made.person is not None, made.others, made.account) == (bool(people), others, holzapfel)


def test_a_person_of_the_customer_is_found_by_name_or_address(
    ben: Member, ana: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    add_person("Cleo Holzapfel", ana, at=now)  # another one of that name, of no customer
    client = signed_in(ben)

    for who in ("cleo holzapfel", "CLEO@holzapfel.example"):
        client.post(NEW, filled(client, f"{NEW}?account={holzapfel.pk}", who=who, notes="x"))

    assert [each.person for each in Conversation.objects.all()] == [cleo, cleo]


def test_of_several_somebody_chooses(
    ben: Member, ana: Member, leipzig: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    first = add_person("Kim Lee", ana, at=now, email="kim@one.example", site=leipzig)
    second = add_person("Kim Lee", ana, at=now, email="kim@two.example", site=leipzig)
    client = signed_in(ben)
    sent = filled(client, who="Kim Lee", notes="x")

    page = client.post(NEW, sent).content.decode()
    assert "Several people fit “Kim Lee”" in page
    assert ("kim@one.example" in page, "kim@two.example" in page) == (True, True)
    assert not Conversation.objects.exists()

    client.post(NEW, sent | {"which": f"person:{second.pk}"})
    assert Conversation.objects.get().person == second
    assert first.conversations.count() == 0


def test_nobody_of_another_site_is_offered_or_taken(
    ben: Member, ana: Member, lyon: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    there = add_person("Chloé Petit", ana, at=now, site=lyon)
    client = signed_in(ben)

    opened = client.get(f"{NEW}?person={there.pk}")
    page = client.post(NEW, filled(client, who="Chloé Petit", notes="x", which=f"person:{there.pk}")).content.decode()

    assert opened.context["about"] is None
    assert "We know nobody here called “Chloé Petit”" in page
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("happened_on", "2999-01-01", "still to come"),
        ("happened_on", "0001-01-01", "looks like a slip"),
        ("happened_on", "yesterday", "valid date"),
        ("how", "séance", "not one of the available choices"),
        ("notes", "", "nothing written"),
        ("notes", "x" * 50_001, "at most"),
        ("notes", "a\0b", "Null characters"),
        ("account", "Nobody", "No customer is called"),
        ("heard_by", "999999", "not one of the available choices"),
        ("due_on", "2020-01-01", "a day to come"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_kept(
    field: str, value: str, words: str, ben: Member, organisation: Organisation, signed_in: SignedIn
):
    client = signed_in(ben)
    sent = filled(client) | {"notes": "About taps.", "others": "Kept title", field: value}

    page = client.post(NEW, sent).content.decode()

    assert words in page
    assert "Kept title" in page
    assert not Conversation.objects.exists()


def test_the_page_says_when_it_was_heard_and_when_typed(
    call: Conversation, ana: Member, ben: Member, signed_in: SignedIn, now: datetime
):
    follow_up(call, "Send the price list", ben, at=now, owner=ana)

    page = signed_in(ben).get(call.get_absolute_url()).content.decode()

    for words in ("Call with Cleo Holzapfel, heard by Ben Okafor", "typed", "They drip.", "Send the price list"):
        assert words in page


def test_a_follow_up_is_given_and_ended_on_the_page(
    call: Conversation, ana: Member, ben: Member, cleo: Person, signed_in: SignedIn
):
    client = signed_in(ben)

    client.post(f"{call.get_absolute_url()}follow-ups/", {"follow_up": "Send it", "owner": ana.pk, "due_on": ""})
    task = Task.objects.get()
    open_page = client.get(cleo.get_absolute_url()).content.decode()
    client.post(f"{call.get_absolute_url()}follow-ups/{task.pk}/")

    task.refresh_from_db()
    assert (task.owner, task.status) == (ana, "done")
    assert "Send it" in open_page
    assert "Nothing is open." in client.get(cleo.get_absolute_url()).content.decode()


def test_a_task_about_something_else_is_not_ended_here(
    call: Conversation, ben: Member, cleo: Person, signed_in: SignedIn, now: datetime
):
    other = log_conversation("call", ben, at=now, happened_at=now, notes="x")
    task = follow_up(other, "Visit", ben, at=now, owner=ben)

    assert signed_in(ben).post(f"{call.get_absolute_url()}follow-ups/{task.pk}/").status_code == 404


def test_it_is_corrected_and_the_page_says_what_it_said_before(call: Conversation, ben: Member, signed_in: SignedIn):
    client = signed_in(ben)
    address = f"{call.get_absolute_url()}edit/"
    before = call.happened_at

    client.post(address, filled(client, address, notes="About pipes."))

    call.refresh_from_db()
    page = client.get(call.get_absolute_url()).content.decode()
    assert (call.notes, call.happened_at) == ("About pipes.", before)
    assert "it said “About taps.”" in page


def test_a_correction_keeps_who_spoke_and_the_site(
    call: Conversation, ana: Member, ben: Member, leipzig: Site, signed_in: SignedIn, arranging: Arranging
):
    with arranging():
        ben.is_active = False
        ben.save()
    client = signed_in(ana)
    address = f"{call.get_absolute_url()}edit/"

    client.post(address, filled(client, address, notes="About pipes.", site=""))

    call.refresh_from_db()
    assert (call.notes, call.heard_by, call.site) == ("About pipes.", ben, leipzig)


def test_two_who_correct_it_at_once_do_not_undo_each_other(
    call: Conversation, ana: Member, ben: Member, signed_in: SignedIn
):
    address = f"{call.get_absolute_url()}edit/"
    one, other = signed_in(ana), signed_in(ben)
    first, second = filled(one, address, notes="First."), filled(other, address, notes="Second.")

    one.post(address, first)
    stopped = other.post(address, second).content.decode()

    call.refresh_from_db()
    assert call.notes == "First."
    assert "Someone changed this while you were writing" in stopped


def test_words_are_added_and_corrected_on_the_page(call: Conversation, ben: Member, signed_in: SignedIn):
    client = signed_in(ben)

    client.post(f"{call.get_absolute_url()}words/", {"words": "And twice\na week."})
    added = call.heard_words.order_by("-pk")[0]
    client.post(f"/customers/conversations/words/{added.pk}/", {"words": "And twice\na month."})
    empty = client.post(f"{call.get_absolute_url()}words/", {"words": " "}).content.decode()

    added.refresh_from_db()
    assert added.words == "And twice\na month."
    assert (call.heard_words.count(), "nothing written" in empty) == (2, True)
    assert empty.count('<details class="more" open>') == 1


@pytest.mark.parametrize("address", ["", "edit/"])
def test_a_stranger_finds_nothing(address: str, call: Conversation, dan: Member, signed_in: SignedIn):
    assert signed_in(dan).get(f"{call.get_absolute_url()}{address}").status_code == 404


def test_who_only_works_here_logs_what_they_heard_and_reads_it(
    leipzig: Site, organisation: Organisation, signed_in: SignedIn, now: datetime
):
    emil = add_member(
        "Emil Roth", "emil@rosetau.example", System("tests"), at=now, roles=(Role.EMPLOYEE,), password="emil"
    )
    client = signed_in(emil)

    answer = client.post(NEW, filled(client, who="A lady at the fair", which="name", notes="Liked the taps."))

    made = Conversation.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert client.get(made.get_absolute_url()).status_code == 200
    assert made.others == "A lady at the fair"


def test_an_auditor_reads_and_writes_nothing(call: Conversation, auditor: Member, signed_in: SignedIn):
    client = signed_in(auditor)
    page = client.get(call.get_absolute_url()).content.decode()

    assert ("They drip." in page, "Correct it" in page, "Add something they said" in page) == (True, False, False)
    assert client.get(NEW).status_code == 403
    assert client.post(f"{call.get_absolute_url()}words/", {"words": "x"}).status_code == 403


def test_an_empty_list_teaches(ana: Member, organisation: Organisation, signed_in: SignedIn):
    assert "No conversations yet" in signed_in(ana).get("/customers/conversations/").content.decode()


def test_the_list_is_narrowed_and_found_by_words(
    call: Conversation, ana: Member, ben: Member, holzapfel: Account, signed_in: SignedIn, now: datetime
):
    log_conversation("visit", ana, at=now, happened_at=now, account=holzapfel, subject="Größe der Rohre")
    follow_up(call, "x", ben, at=now, owner=ben)
    client = signed_in(ana)

    def shown(asked: str) -> tuple[bool, bool]:
        page = client.get(f"/customers/conversations/?{asked}").content.decode()
        return "Call of 16 November 2026" in page, "Größe der Rohre" in page

    assert shown("") == (True, True)
    assert shown("how=visit") == (False, True)
    assert shown(f"heard_by={ben.pk}") == (True, False)
    assert shown("state=open") == (True, False)
    assert shown("state=words") == (True, False)
    assert shown("q=grosse") == (False, True)


def test_lists_and_pages_ask_as_much_for_one_as_for_three(
    call: Conversation, ana: Member, ben: Member, holzapfel: Account, cleo: Person, signed_in: SignedIn, now: datetime
):
    client = signed_in(ana)
    follow_up(call, "Call back", ben, at=now, owner=ana)
    pages = (
        "/customers/conversations/",
        call.get_absolute_url(),
        holzapfel.get_absolute_url(),
        cleo.get_absolute_url(),
    )
    one = [queries(client, address) for address in pages]
    for number in range(2):
        marc = add_person(f"Marc {number}", ana, at=now, account=holzapfel)
        other = log_conversation("visit", ana, at=now, happened_at=now, person=marc, notes="x", words=["y"])
        follow_up(other, "x", ben, at=now, owner=ben)
        log_conversation("visit", ana, at=now, happened_at=now, person=cleo, notes="x", words=["y"])
        add_words(call, "More.", ben, at=now)
        follow_up(call, "More", ben, at=now, owner=ben)

    assert [queries(client, address) for address in pages] == one
