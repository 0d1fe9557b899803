"""Templates are written, mailings looked at as each person reads them, approved and stopped."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging
from wellheard.core.actors import Public
from wellheard.core.models import Member, Organisation, OutboxMessage, Site
from wellheard.customers.actions import (
    add_account,
    add_person,
    add_segment,
    approve_mailing,
    draft_mailing,
    set_up_purposes,
    unsubscribe,
    write_template,
)
from wellheard.customers.jobs.messages import write_mailings
from wellheard.customers.models import Account, Mailing, MessageTemplate, Person, Purpose

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
SignedIn = Callable[[Member], Client]
TEXTS = {
    "en": {"subject": "News for {account.name}", "text": "Dear {person.salutation} {person.family_name},\n\ndone."}
}


@pytest.fixture
def holzapfel(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> Account:
    set_up_purposes(SETUP, at=now)
    return add_account("Holzapfel", ana, at=now, site=leipzig, segment=add_segment("Landscapers", ana, at=now))


def somebody(name: str, account: Account, ana: Member, now: datetime, **details: Any) -> Person:
    given = {"family_name": name, "salutation": "Ms"} | details
    return add_person(f"{name} Holzapfel", ana, at=now, email=f"{name.lower()}@x.example", account=account, **given)


@pytest.fixture
def cleo(holzapfel: Account, ana: Member, now: datetime) -> Person:
    return somebody("Cleo", holzapfel, ana, now)


@pytest.fixture
def template(holzapfel: Account, ana: Member, now: datetime) -> MessageTemplate:
    return write_template("It is done", Purpose.objects.get(key="news"), TEXTS, ana, at=now)


def typed(**changes: str) -> dict[str, str]:
    news = str(Purpose.objects.get(key="news").pk)
    return {"name": "New", "purpose": news, "subject_en": "Hello", "text_en": "Dear {person.name}, done."} | changes


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_template_is_written_and_changed(holzapfel: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)

    made = client.post("/customers/mailings/templates/new/", typed())
    template = MessageTemplate.objects.get()
    changed = client.post(
        f"/customers/mailings/templates/{template.pk}/", typed(subject_de="Hallo", text_de="Fertig, {person.name}.")
    )

    template.refresh_from_db()
    assert (made.status_code, changed.status_code, template.owner) == (302, 302, ana)
    assert template.texts["de"] == {"subject": "Hallo", "text": "Fertig, {person.name}."}
    assert "{custom." not in text_of(client, f"/customers/mailings/templates/{template.pk}/")


def test_an_unknown_field_stands_at_the_text_with_what_was_typed(holzapfel: Account, ana: Member, signed_in: SignedIn):
    page = (
        signed_in(ana).post("/customers/mailings/templates/new/", typed(text_en="Dear {person.nmae},")).content.decode()
    )

    assert "Did you mean {person.name}?" in page
    assert "Dear {person.nmae}," in page
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"purpose": "99"}, {"text_en": ""}, {"subject_en": "x" * 201}, {"text_en": "a\x00"}]
)
def test_a_template_that_is_not_right_is_shown_again(holzapfel: Account, ana: Member, signed_in: SignedIn, changes):
    answer = signed_in(ana).post("/customers/mailings/templates/new/", typed(**changes))

    assert (answer.status_code, "error-summary" in answer.content.decode()) == (200, True)
    assert not MessageTemplate.objects.exists()


def test_a_mailing_is_drafted_looked_at_approved_and_stopped(
    template: MessageTemplate, cleo: Person, holzapfel: Account, ana: Member, now: datetime, signed_in: SignedIn
):
    somebody("Dora", holzapfel, ana, now)
    somebody("Ida", holzapfel, ana, now, salutation="")
    unsubscribe(somebody("Uwe", holzapfel, ana, now), "news", Public("x"), at=now)
    client = signed_in(ana)

    made = client.post("/customers/mailings/new/", {"template": template.pk, "segment": holzapfel.segment_id})
    first, second = (text_of(client, f"{made['Location']}?n={number}") for number in (1, 2))

    assert "Two people get it; two people are left out. Nothing is sent before you approve it." in first
    assert ("Dear Ms Cleo," in first, "Dear Ms Dora," in second) == (True, True)
    assert ("?n=2#preview" in first, "?n=1#preview" in second, "?n=3" in second) == (True, True, False)
    assert "nothing is known for {person.salutation}" in first
    assert "left out: objected to this" in first
    assert "Approve and send to 2 people" in first
    assert OutboxMessage.objects.count() == 0

    approved = client.post(f"{made['Location']}approve/")
    write_mailings()
    after = text_of(client, made["Location"])
    assert approved.status_code == 302
    assert "Two people were written to, two people were left out." in after
    assert "waiting to be sent" in after
    assert ("/u/…/" in after, "/m/…/" in after) == (True, True)
    assert client.post(f"{made['Location']}stop/").status_code == 409


def test_a_mailing_to_named_people(
    template: MessageTemplate, cleo: Person, ana: Member, now: datetime, signed_in: SignedIn
):
    ole = add_person("Ole Holzapfel", ana, at=now, email="ole@x.example", account=cleo.account)
    client = signed_in(ana)
    names = "CLEO@x.example\n\n Ole Holzapfel \ncleo@x.example"

    made = client.post("/customers/mailings/new/", {"template": template.pk, "people": names})

    mailing = Mailing.objects.get()
    assert made.status_code == 302
    assert sorted(each.person.name for each in mailing.recipients.select_related("person")) == [cleo.name, ole.name]
    assert "cleo@x.example" in text_of(client, f"/customers/mailings/new/?person={cleo.pk}")


@pytest.mark.parametrize(
    ("people", "says"),
    [
        ("nobody@x.example", "Nobody is known as “nobody@x.example”"),
        ("Twin", "Several people are called “Twin”"),
        ("", "either to a segment or to people"),
        ("#999999999999999999999", "Nobody is known as"),
        ("\x00", "Null characters are not allowed"),
        ("\n".join(f"p{number}@x.example" for number in range(501)), "500 can be named"),
    ],
)
def test_whom_it_can_not_find_is_named_and_nothing_is_drafted(
    template: MessageTemplate, ana: Member, now: datetime, signed_in: SignedIn, people: str, says: str
):
    for number in (1, 2):
        add_person("Twin", ana, at=now, email=f"twin{number}@x.example")

    page = signed_in(ana).post("/customers/mailings/new/", {"template": template.pk, "people": people}).content.decode()

    assert says in page
    assert not Mailing.objects.exists()


def test_without_a_template_the_page_leads_to_writing_one(holzapfel: Account, ana: Member, signed_in: SignedIn):
    page = text_of(signed_in(ana), "/customers/mailings/new/")

    assert "First there must be a message" in page
    assert "No mailings yet" in text_of(signed_in(ana), "/customers/mailings/")
    assert "No templates yet" in text_of(signed_in(ana), "/customers/mailings/templates/")


@pytest.mark.parametrize("n", ["0", "-1", "x", "99999", "9" * 30, "\x00"])
def test_a_preview_that_there_is_not_is_the_nearest(
    template: MessageTemplate, cleo: Person, ana: Member, now, signed_in, n: str
):
    mailing = draft_mailing(template, ana, at=now, owner=ana, people=[cleo])

    assert "Dear Ms Cleo," in text_of(signed_in(ana), f"{mailing.get_absolute_url()}?n={n}")


def test_the_pages_cost_the_same_for_one_and_for_three(
    template: MessageTemplate, cleo: Person, holzapfel: Account, ana: Member, now: datetime, signed_in: SignedIn
):
    client = signed_in(ana)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    draft = draft_mailing(template, ana, at=now, owner=ana, segment=holzapfel.segment)
    sent = approve_mailing(draft_mailing(template, ana, at=now, owner=ana, segment=holzapfel.segment), ana, at=now)
    write_mailings()
    addresses = [
        draft.get_absolute_url(),
        "/customers/mailings/",
        "/customers/mailings/templates/",
        sent.get_absolute_url(),
    ]
    one = [queries(address) for address in addresses]
    for name in ("Dora", "Ida"):
        somebody(name, holzapfel, ana, now)
        write_template(name, template.purpose, TEXTS, ana, at=now)
        more = approve_mailing(draft_mailing(template, ana, at=now, owner=ana, segment=holzapfel.segment), ana, at=now)
    write_mailings()

    assert [queries(address) for address in addresses[:3]] == one[:3]
    assert queries(more.get_absolute_url()) == one[3]


def test_readers_look_and_strangers_find_nothing(
    template: MessageTemplate,
    cleo: Person,
    ben: Member,
    dan: Member,
    auditor: Member,
    ana: Member,
    now,
    signed_in: SignedIn,
):
    mailing = draft_mailing(template, ana, at=now, owner=ana, people=[cleo])
    pages = (
        "/customers/mailings/",
        mailing.get_absolute_url(),
        "/customers/mailings/templates/",
        template.get_absolute_url(),
    )

    assert [signed_in(dan).get(page).status_code for page in pages] == [404] * 4
    for reader in (ben, auditor):
        client = signed_in(reader)
        assert [client.get(page).status_code for page in pages] == [200] * 4
        assert "Approve and send" not in client.get(pages[1]).content.decode()
        assert client.get("/customers/mailings/new/").status_code == 403
        for verb in ("approve", "stop", "go-on"):
            assert client.post(f"{pages[1]}{verb}/").status_code in {403, 409}
        assert client.post(f"{pages[3]}retire/").status_code == 403
    assert Mailing.objects.get().status == "draft"


def test_people_of_another_site_are_not_named(
    template: MessageTemplate,
    cleo: Person,
    ben: Member,
    ana: Member,
    lyon: Site,
    now: datetime,
    signed_in,
    arranging: Arranging,
):
    far = somebody("Luc", cleo.account, ana, now, site=lyon)  # type: ignore[arg-type]
    mailing = draft_mailing(template, ana, at=now, owner=ana, people=[cleo, far])
    assert "Luc" not in text_of(signed_in(ben), mailing.get_absolute_url())

    approve_mailing(mailing, ana, at=now)
    write_mailings()

    assert "Luc" in text_of(signed_in(ana), mailing.get_absolute_url())
    assert "Luc" not in text_of(signed_in(ben), f"{mailing.get_absolute_url()}?n=2")
