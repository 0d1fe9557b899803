"""A case begins: its reference, clocks, owner, words, and the first task."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wellheard.cases import actions
from wellheard.cases.hearing import case_of, statement_of, words_of
from wellheard.cases.models import Case, Entry
from wellheard.cases.tests.conftest import WORDS
from wellheard.core.actors import Public, Role, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import OutboxMessage, Task, TrailEntry
from wellheard.core.setup import add_member
from wellheard.core.tasks import work_of
from wellheard.customers.actions import add_person
from wellheard.customers.models import Person
from wellheard.feedback.actions.statements import hear


def test_a_case_gets_its_reference_its_deadlines_and_why_at_once(received):
    assert received.reference == "CAS-2026-0001"
    assert received.status == "received"
    assert received.acknowledge_due == datetime(2026, 11, 17, 15, 30, tzinfo=UTC)
    assert received.answer_due == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert received.acknowledge_explained == "1 working day from Monday 16:30"
    assert received.answer_explained == (
        "3 working days from Monday 16:30; Wednesday is a holiday (Repentance and Prayer Day) in Leipzig"
    )


def test_the_words_are_kept_as_they_were(received):
    received.refresh_from_db()

    assert received.complaint_text == WORDS
    assert words_of(received) == WORDS


def test_the_owner_is_asked_to_acknowledge_it(received, ben):
    assert [(task.title, task.verb, task.due_at) for task in work_of(ben)] == [
        ("Acknowledge Cleo Winter", "acknowledge", received.acknowledge_due)
    ]


def test_opening_acknowledges_nothing_and_sends_nothing(received):
    assert received.acknowledged_at is None
    assert list(OutboxMessage.objects.all()) == []


def test_opening_leaves_a_trail_without_the_secret(received):
    [entry] = TrailEntry.objects.filter(kind="cases.case", object_id=received.pk)

    assert (entry.action, entry.did, entry.actor_id) == ("cases.open_case", "created", received.owner.actor_id)
    assert received.secret not in entry.body
    assert "cleo@winter.example" not in entry.body


def test_the_front_line_member_with_the_fewest_cases_looks_after_it(opened, ben, leipzig, now):
    carl = add_member(
        "Carl",
        "carl@rosetau.example",
        System("tests"),
        at=now,
        roles=(Role.FRONT_LINE,),
        site=leipzig,
        only_at_site=True,
    )

    owners = [opened().owner for _ in range(3)]

    assert owners == [ben, carl, ben]


def test_without_a_front_line_a_quality_manager_looks_after_it(organisation, ana, lyon, now):
    case = actions.open_case("Late", System("tests"), at=now, site=lyon, words="Late again")

    assert case.owner == ana


def test_where_nobody_looks_after_cases_it_is_refused(organisation, lyon, now):
    with pytest.raises(Refusal, match="Nobody looks after cases at Lyon"):
        actions.open_case("Late", System("tests"), at=now, site=lyon, words="Late again")

    assert Case.objects.count() == 0


def test_a_letter_typed_on_tuesday_counts_from_monday(opened, now):
    case = opened(received_at=now, at=now + timedelta(days=1), event_on=date(2026, 11, 2))

    assert case.received_at == now
    assert case.logged_at == now + timedelta(days=1)
    assert case.acknowledge_due == now + timedelta(days=1)


def test_what_is_received_tomorrow_is_refused(opened, now):
    with pytest.raises(Refusal, match="in the future") as refused:
        opened(received_at=now + timedelta(minutes=1))

    assert refused.value.field == "received_at"


def test_an_empty_case_is_refused(opened):
    with pytest.raises(Refusal, match="nothing in it yet"):
        opened(title=" ", words="  \n")


def test_without_a_title_the_first_sentence_names_it(opened):
    case = opened(title="", words="The connectors drip since yesterday. The cellar is wet!")

    assert case.title == "The connectors drip since yesterday"
    assert case.complaint_text == "The connectors drip since yesterday. The cellar is wet!"


def test_whoever_complained_becomes_a_person_whom_we_can_tell(received):
    person = Person.objects.get()

    assert (person.name, person.email) == ("Cleo Winter", "cleo@winter.example")
    assert received.person == person


def test_a_person_without_an_address_is_one_too(opened):
    case = opened(contact_email="", contact_phone="0341 55")

    assert (case.contact_email, case.contact_phone, case.person.name) == (None, "0341 55", "Cleo Winter")


def test_who_gave_no_name_stays_nobody(opened):
    case = opened(contact_name="", contact_email=None)

    assert case.person is None
    assert case.customer_name == "the customer"


def test_what_we_know_of_a_person_completes_the_case(opened, holzapfel, ana, now):
    katrin = add_person("Katrin", ana, at=now, email="k@holzapfel.example", account=holzapfel, language="fr")

    case = opened(person=katrin, contact_name="", contact_email=None, language="")

    assert (case.contact_name, case.contact_email, case.language) == ("Katrin", "k@holzapfel.example", "fr")
    assert case.account == holzapfel


def test_a_statement_keeps_its_words_and_lends_them(ana, ben, leipzig, organisation, now):
    cleo = add_person("Cleo Winter", ana, at=now, email="cleo@winter.example", language="de", site=leipzig)
    statement = hear(WORDS, ana, at=now, source="mail", heard_at=now, person=cleo, site=leipzig)

    case = actions.open_case("Connectors drip", ben, at=now, site=leipzig, origin=statement)

    assert (case.complaint_text, words_of(case)) == ("", WORDS)
    assert (case.person, case.contact_email, case.language) == (cleo, "cleo@winter.example", "de")
    assert statement_of(case) == statement
    assert case_of(statement) == case


def test_the_form_gives_the_reference_at_once_by_mail(opened):
    case = opened(by=Public("form"), send_receipt=True, channel="form")

    message = OutboxMessage.objects.get()
    assert (message.to, message.purpose, message.language) == ("cleo@winter.example", "receipt", "de")
    assert message.subject == "Ihre Beschwerde CAS-2026-0001 ist da"
    assert case.status_url in message.text
    assert "Freitag, 20. November 2026, 16:30 Uhr" in message.text
    assert [(entry.author_words, entry.summary) for entry in Entry.objects.order_by("pk")] == [
        ("Cleo Winter", "wrote to us. Reference given at once."),
        ("Wellheard", "gave the reference at once, by mail."),
    ]


def test_a_stranger_opens_nothing(opened, dan):
    with pytest.raises(NotAllowed):
        opened(by=dan)

    assert (Case.objects.count(), Task.objects.count()) == (0, 0)


def test_the_front_line_of_one_site_opens_none_at_another(opened, lyon, ana):
    with pytest.raises(NotAllowed):
        opened(site=lyon, owner=ana)

    assert Case.objects.count() == 0


def test_two_secrets_are_never_alike(opened):
    first, second = opened(), opened()

    assert first.secret != second.secret
    assert len(first.secret) == 32
