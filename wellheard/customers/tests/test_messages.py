"""Personalised messages: named fields, who gets them, approved by a person, written once each."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging, Postbox
from wellheard.core.actors import Public, System
from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.models import Member, Organisation, OutboxMessage, Site, TrailEntry
from wellheard.core.outbox import send_waiting
from wellheard.customers.actions import (
    add_account,
    add_person,
    add_segment,
    approve_mailing,
    change_account,
    change_template,
    draft_mailing,
    go_on_with_mailing,
    note_consent,
    retire_template,
    set_up_purposes,
    stop_mailing,
    unsubscribe,
    write_template,
)
from wellheard.customers.actions.messages import write_to_recipient
from wellheard.customers.jobs import messages as job
from wellheard.customers.models import Account, CustomField, Mailing, MailingRecipient, MessageTemplate, Person, Purpose
from wellheard.customers.personalising import ValueMissing, fields_in, fill, write_for
from wellheard.customers.recipients import fates_of, people_of_segment
from wellheard.customers.timeline import timeline_of

pytestmark = pytest.mark.django_db

TEXTS = {
    "en": {
        "subject": "For {account.name}",
        "text": "Dear {person.salutation} {person.family_name},\n\nit is done. {owner.name}",
    },
    "de": {"subject": "Für {account.name}", "text": "Guten Tag {person.salutation} {person.family_name},\n\nerledigt."},
}


@pytest.fixture
def holzapfel(organisation: Organisation, ana: Member, ben: Member, leipzig: Site, now: datetime) -> Account:
    set_up_purposes(SETUP, at=now)
    towns = add_segment("Landscapers", ana, at=now)
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig, owner=ben, segment=towns, city="Halle")


def somebody(name: str, account: Account | None, ana: Member, now: datetime, **details: Any) -> Person:
    given = {"given_name": name, "family_name": "Holzapfel", "salutation": "Ms"} | details
    return add_person(f"{name} Holzapfel", ana, at=now, email=f"{name.lower()}@x.example", account=account, **given)


@pytest.fixture
def cleo(holzapfel: Account, ana: Member, now: datetime) -> Person:
    return somebody("Cleo", holzapfel, ana, now, language="de")


@pytest.fixture
def template(holzapfel: Account, ana: Member, now: datetime) -> MessageTemplate:
    return write_template("It is done", Purpose.objects.get(key="news"), TEXTS, ana, at=now)


def drafted(template: MessageTemplate, ana: Member, now: datetime, *people: Person, **details: Any) -> Mailing:
    return draft_mailing(template, ana, at=now, owner=ana, people=people, **details)


def fates(mailing: Mailing) -> list[tuple[str, str, str]]:
    rows = MailingRecipient.objects.filter(mailing=mailing).select_related("person").order_by("person__name", "pk")
    return [(each.person.given_name, each.status, each.reason) for each in rows]


# ---- named fields ---------------------------------------------------------------------------------------------------
def test_each_reads_it_in_their_language_with_their_values(cleo: Person, organisation: Organisation):
    written = write_for(cleo, TEXTS, organisation)

    assert (written.language, written.subject) == ("de", "Für Gärtnerei Holzapfel")
    assert written.text == "Guten Tag Ms Holzapfel,\n\nerledigt."


@pytest.mark.parametrize(
    ("language", "of_account", "expected"), [("fr", "", "en"), ("", "de", "de"), ("de-AT", "", "de"), ("", "", "en")]
)
def test_the_language_is_theirs_else_the_customers_else_ours(
    cleo: Person, organisation: Organisation, arranging: Arranging, language: str, of_account: str, expected: str
):
    with arranging():
        cleo.language = language
        cleo.save()
        cleo.account.language = of_account  # type: ignore[union-attr]
        cleo.account.save()  # type: ignore[union-attr]

    assert write_for(cleo, TEXTS, organisation).language == expected


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"salutation": ""}, "person.salutation"),
        ({"family_name": "  "}, "person.family_name"),
        ({"account": None}, "account.name"),
    ],
)
def test_a_missing_value_stops_it_and_names_the_field(
    cleo: Person, organisation: Organisation, changes: dict[str, Any], missing: str
):
    for name, value in changes.items():
        setattr(cleo, name, value)

    with pytest.raises(ValueMissing) as stopped:
        write_for(cleo, TEXTS, organisation)

    assert (stopped.value.field, stopped.value.words) == (missing, f"nothing is known for {{{missing}}}")


@pytest.mark.parametrize(
    ("value_type", "value", "language", "expected"),
    [
        ("date", "2026-11-16", "de", "16. November 2026"),
        ("date", "2026-11-16", "en", "16 November 2026"),
        ("number", 1234.5, "de", "1.234,5"),
        ("yes_no", True, "de", "ja"),
        ("yes_no", False, "en", "no"),
        ("text", "{person.email} \n x", "en", "{person.email} x"),
        ("number", 0, "en", "0"),
    ],
)
def test_own_fields_are_read_as_one_reads_them_there(
    cleo: Person, organisation: Organisation, arranging: Arranging, value_type, value, language: str, expected: str
):
    with arranging():
        CustomField(about="person", key="contract", name="Contract", value_type=value_type).save()
    cleo.custom, cleo.language = {"contract": value}, language
    texts = {language: {"subject": "{ custom.contract }", "text": "{{{custom.contract}}}"}}

    assert (write_for(cleo, texts, organisation).subject, write_for(cleo, texts, organisation).text) == (
        expected,
        f"{{{expected}}}",
    )


def test_braces_are_read_as_fields_or_as_themselves():
    assert fields_in("{a.b} {{no}} { a.b } {c.d}") == ["a.b", "c.d"]
    assert fill("{{x}} {a.b}", lambda field: f"<{field}{{a.b}}>") == "{x} <a.b{a.b}>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Dear {person.nmae},", "Did you mean {person.name}?"),
        ("Dear {person.__class__},", "{person.__class__}, which there is not"),
        ("Dear {custom.gone},", "{custom.gone}, which there is not"),
        ("Dear {},", "the field {}, which"),
        ("Dear {person.name,", "a single brace near"),
        ("Dear person.name},", "a single brace near"),
        ("Dear {person\n.name},", "a single brace near"),
        ("", "is missing"),
        ("x" * 20_001, "20,001 characters"),
    ],
)
def test_an_unknown_field_is_refused_by_its_name_when_it_is_saved(
    holzapfel: Account, ana: Member, now, text: str, says: str
):
    with pytest.raises(Refusal) as refused:
        write_template("New", Purpose.objects.get(key="news"), {"de": {"subject": "S", "text": text}}, ana, at=now)

    assert says in refused.value.sentence
    assert (refused.value.field, MessageTemplate.objects.count()) == ("text_de", 0)


def test_a_template_has_a_name_of_its_own_and_a_text(template: MessageTemplate, ana: Member, now: datetime):
    news = template.purpose
    for name, texts in (
        ("", TEXTS),
        (" it IS done ", TEXTS),
        ("Empty", {}),
        ("Half", {"en": {"subject": "S"}}),
        ("X", {"e/n": TEXTS["en"]}),
    ):
        with pytest.raises(Refusal):
            write_template(name, news, texts, ana, at=now)

    change_template(template, ana, at=now, name="It is all done")
    assert MessageTemplate.objects.get().name == "It is all done"


# ---- who gets it ----------------------------------------------------------------------------------------------------
def test_a_segment_of_accounts_reaches_everybody_who_speaks_for_one_of_them_today(
    cleo: Person, ana: Member, now: datetime, arranging: Arranging
):
    other = add_account("Stadt Halle", ana, at=now)
    somebody("Ole", other, ana, now)
    both = somebody("Bo", None, ana, now)
    from wellheard.customers.actions import affiliate

    affiliate(both, cleo.account, ana, at=now)  # type: ignore[arg-type]
    segment = cleo.account.segment  # type: ignore[union-attr]

    reached = people_of_segment(segment).distinct().order_by("name")  # type: ignore[arg-type]
    assert [each.given_name for each in reached] == ["Bo", "Cleo"]

    change_account(cleo.account, ana, at=now + timedelta(days=1), segment=None)  # type: ignore[arg-type]
    assert not people_of_segment(segment).exists()  # type: ignore[arg-type]


def test_the_list_says_for_each_who_gets_it_and_why_not(
    template: MessageTemplate, cleo: Person, holzapfel: Account, ana: Member, now: datetime
):
    nameless = somebody("Ida", holzapfel, ana, now, salutation="")
    gone = somebody("Uwe", holzapfel, ana, now)
    unsubscribe(gone, "news", Public("person:1"), at=now)
    silent = somebody("Mia", holzapfel, ana, now, wants_no_mail=True)

    found = fates_of([cleo, nameless, gone, silent], template.texts, "news", now)

    assert [(each.person.given_name, each.written is not None, each.reason.partition(" (")[0]) for each in found] == [
        ("Cleo", True, ""),
        ("Ida", False, "nothing is known for {person.salutation}"),
        ("Uwe", False, "objected to this"),
        ("Mia", False, "no news by mail wanted"),
    ]


def test_many_cost_as_many_queries_as_one(template: MessageTemplate, holzapfel: Account, ana: Member, now: datetime):
    for name in ("Ada", "Bea", "Cia", "Dea", "Eva"):
        somebody(name, holzapfel, ana, now)

    def queries(most: int) -> int:
        people = Person.objects.select_related("account", "owner", "account__owner").order_by("pk")[:most]
        with CaptureQueriesContext(connection) as captured:
            fates_of(people, template.texts, "news", now)
        return len(captured)

    assert queries(1) == queries(5) <= 8


def test_a_mailing_goes_to_a_segment_or_to_chosen_people(
    template: MessageTemplate, cleo: Person, ana: Member, now: datetime
):
    segment = cleo.account.segment  # type: ignore[union-attr]
    for details in ({"segment": None, "people": ()}, {"segment": segment, "people": (cleo,)}):
        with pytest.raises(Refusal, match="either to a segment or to people"):
            draft_mailing(template, ana, at=now, owner=ana, **details)
    retire_template(template, ana, at=now)
    with pytest.raises(Refusal, match="no longer used"):
        drafted(template, ana, now, cleo)
    assert Mailing.objects.count() == 0


# ---- approving, writing, stopping -----------------------------------------------------------------------------------
def test_approved_it_is_written_once_to_each_and_stands_on_their_page(
    template: MessageTemplate, cleo: Person, holzapfel: Account, ana: Member, now: datetime, postbox: Postbox, settings
):
    settings.PUBLIC_URL = "https://rosetau.example"
    somebody("Ida", holzapfel, ana, now, salutation="")
    mailing = draft_mailing(template, ana, at=now, owner=ana, segment=holzapfel.segment)
    assert (mailing.reference, job.write_mailings(), OutboxMessage.objects.count()) == ("MAI-2026-0001", 0, 0)

    approve_mailing(mailing, ana, at=now)
    change_template(template, ana, at=now, texts={"de": {"subject": "Other", "text": "words"}})
    assert (job.write_mailings(), job.write_mailings(), job.write_mailings()) == (1, 0, 0)
    send_waiting()

    assert fates(mailing) == [("Cleo", "written", ""), ("Ida", "left_out", "nothing is known for {person.salutation}")]
    (mail,) = postbox.mails
    text = mail.get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert text.startswith("Guten Tag Ms Holzapfel,\n\nerledigt.\n\n--\nSie bekommen diese Mail als Kunde von Rosetau.")
    assert "https://rosetau.example/u/" in text
    assert (mail["List-Unsubscribe-Post"], mail["To"]) == ("List-Unsubscribe=One-Click", "cleo@x.example")
    mailing.refresh_from_db()
    assert mailing.status == "sent"
    told = [each.text for each in timeline_of(cleo, ana).items if "was written to" in each.text]
    assert told == ["Cleo Holzapfel was written to: “Für Gärtnerei Holzapfel”"]
    assert TrailEntry.objects.filter(action="customers.write_to_recipient", actor_id="system:mailings").count() == 1


def test_whatever_is_tried_again_nobody_is_written_to_twice(
    template: MessageTemplate, cleo: Person, ana: Member, now: datetime, arranging: Arranging
):
    mailing = approve_mailing(drafted(template, ana, now, cleo, cleo), ana, at=now)
    (row,) = MailingRecipient.objects.filter(mailing=mailing)
    write_to_recipient(row, job.MAILINGS, at=now)
    with arranging():
        row.status = "waiting"
        row.save()

    write_to_recipient(row, job.MAILINGS, at=now)

    assert (OutboxMessage.objects.count(), row.status) == (1, "written")


def test_stopped_it_writes_to_nobody_more_and_can_go_on(
    template: MessageTemplate, cleo: Person, holzapfel: Account, ana: Member, now: datetime, monkeypatch
):
    for name in ("Ada", "Bea"):
        somebody(name, holzapfel, ana, now)
    monkeypatch.setattr(job, "AT_ONCE", 1)
    mailing = approve_mailing(draft_mailing(template, ana, at=now, owner=ana, segment=holzapfel.segment), ana, at=now)
    job.write_mailings()

    stop_mailing(mailing, ana, at=now)
    job.write_mailings()
    stopped = OutboxMessage.objects.count()
    go_on_with_mailing(mailing, ana, at=now)
    for _ in range(4):
        job.write_mailings()

    mailing.refresh_from_db()
    assert (stopped, OutboxMessage.objects.count(), mailing.status) == (1, 3, "sent")


def test_a_draft_that_was_dropped_does_not_go_on(template: MessageTemplate, cleo: Person, ana: Member, now: datetime):
    mailing = stop_mailing(drafted(template, ana, now, cleo), ana, at=now)

    with pytest.raises(Refusal, match="Nobody approved"):
        go_on_with_mailing(mailing, ana, at=now)
    with pytest.raises(WrongStatus):
        approve_mailing(mailing, ana, at=now)


def test_it_is_asked_again_at_the_moment_of_writing(
    template: MessageTemplate, cleo: Person, ana: Member, now: datetime, arranging: Arranging
):
    other = somebody("Ole", cleo.account, ana, now)
    mailing = approve_mailing(drafted(template, ana, now, cleo, other), ana, at=now)
    unsubscribe(cleo, "news", Public("person:1"), at=now)
    with arranging():
        other.salutation = ""
        other.save()

    job.write_mailings()

    assert [(name, status) for name, status, _ in fates(mailing)] == [("Cleo", "left_out"), ("Ole", "left_out")]
    assert OutboxMessage.objects.count() == 0


def test_one_that_can_not_be_written_holds_up_no_other(
    template: MessageTemplate, cleo: Person, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    other = somebody("Ole", cleo.account, ana, now)
    mailing = approve_mailing(drafted(template, ana, now, cleo, other), ana, at=now)

    def breaks(recipient: MailingRecipient, *given: Any, **more: Any) -> MailingRecipient:
        if recipient.person_id == cleo.pk:
            raise ZeroDivisionError
        return write_to_recipient(recipient, *given, **more)

    monkeypatch.setattr(job, "write_to_recipient", breaks)
    job.write_mailings()

    assert fates(mailing) == [("Cleo", "left_out", "it could not be written"), ("Ole", "written", "")]


def test_nobody_left_is_said_instead_of_sent(template: MessageTemplate, cleo: Person, ana: Member, now: datetime):
    mailing = drafted(template, ana, now, cleo)
    unsubscribe(cleo, "news", Public("person:1"), at=now)

    with pytest.raises(Refusal, match="Nobody would get"):
        approve_mailing(mailing, ana, at=now)

    assert Mailing.objects.get().status == "draft"


def test_offers_go_only_to_those_who_agreed_and_a_service_to_everybody(cleo: Person, ana: Member, now: datetime):
    other = somebody("Ole", cleo.account, ana, now, wants_no_mail=True)
    note_consent(cleo, "offers", "given", ana, at=now)
    expected = {"offers": ["Cleo"], "service": ["Cleo", "Ole"]}
    for key, names in expected.items():
        found = fates_of([cleo, other], TEXTS, key, now)
        assert [each.person.given_name for each in found if each.written] == names

    template = write_template("Recall", Purpose.objects.get(key="service"), TEXTS, ana, at=now)
    approve_mailing(drafted(template, ana, now, cleo), ana, at=now)
    job.write_mailings()
    message = OutboxMessage.objects.get()
    assert (message.headers, "/u/" in message.text) == ({}, False)


def test_who_may_send(
    template: MessageTemplate, cleo: Person, ana: Member, ben: Member, dan: Member, auditor: Member, now
):
    mailing = drafted(template, ana, now, cleo)
    for member in (ben, dan, auditor, Public("x")):
        for attempt in (
            lambda m=member: write_template("N", template.purpose, TEXTS, m, at=now),
            lambda m=member: change_template(template, m, at=now, name="N"),
            lambda m=member: draft_mailing(template, m, at=now, owner=ana, people=[cleo]),
            lambda m=member: approve_mailing(mailing, m, at=now),
            lambda m=member: stop_mailing(mailing, m, at=now),
            lambda m=member: write_to_recipient(mailing.recipients.get(), m, at=now),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_people_of_other_sites_are_not_written_to_by_who_may_not_see_them(
    template: MessageTemplate, cleo: Person, holzapfel: Account, ana: Member, lyon: Site, leipzig: Site, now, arranging
):
    far = somebody("Luc", holzapfel, ana, now, site=lyon)
    mailing = draft_mailing(template, ana, at=now, owner=ana, segment=holzapfel.segment, site=leipzig)
    approve_mailing(mailing, ana, at=now)

    assert [name for name, _, _ in fates(mailing)] == ["Cleo"]
    assert not far.mailings.exists()


def test_a_merged_person_is_written_to_as_who_stands_for_them(
    template: MessageTemplate, cleo: Person, ana: Member, now: datetime, arranging: Arranging
):
    double = somebody("Kleo", cleo.account, ana, now)
    mailing = approve_mailing(drafted(template, ana, now, double), ana, at=now)
    with arranging():
        double.merged_into = cleo
        double.save()

    job.write_slice(mailing)

    assert [message.to for message in OutboxMessage.objects.order_by("pk")] == ["cleo@x.example"]


def test_the_worker_alone_writes(template: MessageTemplate, cleo: Person, ana: Member, now: datetime):
    mailing = approve_mailing(drafted(template, ana, now, cleo), ana, at=now)

    write_to_recipient(mailing.recipients.get(), System("any"), at=now)

    assert OutboxMessage.objects.get().about_kind == "customers.mailing"
