"""Lists of people who want no more mail: the file proposes, a person decides."""

from datetime import UTC, datetime, timedelta

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import HasQuestions, Options, run_import, undo_import
from wellheard.core.models import ImportBatch, Member, TrailEntry, TrailPersonal
from wellheard.customers.actions import add_person
from wellheard.customers.actions.consent import note_consent
from wellheard.customers.actions.imports import confirm_unsubscribe, dismiss_unsubscribe, look_up_unsubscribes
from wellheard.customers.actions.privacy import check_identity, erase, erase_on, receive_request
from wellheard.customers.models import Consent, Person, UnsubscribeRequest
from wellheard.ground.tests.shared_data import shared_file


def bring(by: Member, at: datetime, data: bytes | str, name: str = "list.csv", /, **said: str) -> ImportBatch:
    content = data.encode() if isinstance(data, str) else data
    return run_import("unsubscribes", name, content, by, at=at, options=Options(mapping=said, answers=said))


def test_a_real_list_of_names_finds_everybody_by_initial_and_last_name(ana: Member, now: datetime) -> None:
    mailing, names = (shared_file(f"crm-customers/{name}.csv") for name in ("mailing_list", "unsubscribe_list"))
    run_import("contacts", mailing.name, mailing.read_bytes(), ana, at=now, options=Options())

    batch = bring(ana, now, names.read_bytes(), names.name)

    assert (batch.rows, batch.created) == (106, {"requests": 106, "with a proposal": 106, "nobody found": 0})
    requests = UnsubscribeRequest.objects.order_by("row")
    assert {len(each.candidates) for each in requests} == {1}
    first = requests[0]
    person = Person.objects.get(pk=first.candidates[0]["person"])
    assert (first.name, str(first.asked_on), person.email) == ("Donielle Malone", "2018-04-23", "dmalone1@tumblr.com")
    assert first.candidates[0]["because"].startswith("their address dmalone1@tumblr.com begins with the initial")
    assert Person.objects.filter(wants_no_mail=True).count() == 0
    assert Consent.objects.count() == 0


def test_a_confirmed_request_stops_news_and_says_where_it_came_from(ana: Member, now: datetime) -> None:
    person = add_person("", ana, at=now, email="dmalone1@tumblr.example")
    batch = bring(ana, now, "first_name,last_name,Date\nDonielle,Malone,23.04.2018\n")
    request = UnsubscribeRequest.objects.get()

    confirm_unsubscribe(request, ana, at=now, person=person)

    person.refresh_from_db()
    assert (person.wants_no_mail, request.status, request.decided_by) == (True, "confirmed", ana)
    assert [
        (each.purpose.key, each.decision, each.source, each.at.date().isoformat())
        for each in person.consents.order_by("pk")
    ] == [
        ("news", "withdrawn", "import", "2018-04-23"),
        ("offers", "withdrawn", "import", "2018-04-23"),
    ]
    assert person.consents.first().evidence == f"{batch.reference}, row 2: Donielle Malone"  # type: ignore[union-attr]
    with pytest.raises(Refusal, match="decided already"):
        confirm_unsubscribe(request, ana, at=now, person=person)


def test_the_same_list_again_asks_for_nothing_new(ana: Member, now: datetime) -> None:
    add_person("Donielle Malone", ana, at=now)
    data = "first_name,last_name,Date\nDonielle,Malone,23.04.2018\nJo,Kern,24.04.2018\n"
    bring(ana, now, data)
    dismiss_unsubscribe(UnsubscribeRequest.objects.order_by("row")[0], ana, at=now)

    again = bring(ana, now, data)
    assert (again.verdicts["created"], again.verdicts["same"], again.created) == (0, 2, {})
    assert UnsubscribeRequest.objects.count() == 2

    person = add_person("", ana, at=now, email="jkern@example.org")
    later = bring(ana, now, data)
    assert (later.verdicts["created"], later.verdicts["changed"], later.verdicts["same"]) == (0, 1, 1)
    assert (later.rows, later.accepted) == (2, 2)
    assert UnsubscribeRequest.objects.get(name="Jo Kern").candidates[0]["person"] == person.pk
    assert UnsubscribeRequest.objects.count() == 2

    assert bring(ana, now, data).verdicts["same"] == 2


def test_a_line_that_was_dismissed_is_asked_anew_for_somebody_new(ana: Member, now: datetime) -> None:
    data = "Name\nJo Kern\n"
    bring(ana, now, data)
    dismiss_unsubscribe(UnsubscribeRequest.objects.get(), ana, at=now)
    person = add_person("", ana, at=now, email="jkern@example.org")

    later = bring(ana, now, data)

    assert later.created["requests"] == 1
    assert UnsubscribeRequest.objects.get(batch=later).candidates[0]["person"] == person.pk


def test_open_requests_are_looked_up_anew_when_contacts_come(ana: Member, now: datetime) -> None:
    bring(ana, now, "Name\nJan van Dyke\nJo Kern\nAnn Bee\n")
    dismiss_unsubscribe(UnsubscribeRequest.objects.get(name="Ann Bee"), ana, at=now)

    data = b"Email\njvandyke@x.example\njokern@x.example\nabee@x.example\n"
    batch = run_import("contacts", "people.csv", data, ana, at=now, options=Options())

    proposed = [
        [Person.objects.get(pk=one["person"]).email for one in each.candidates]
        for each in UnsubscribeRequest.objects.order_by("row")
    ]
    assert proposed == [["jvandyke@x.example"], ["jokern@x.example"], []]
    assert "2 \u00d7 a request for no more mail has a new proposal." in batch.summary
    assert Person.objects.filter(wants_no_mail=True).count() == 0


def test_looking_up_anew_keeps_whoever_was_proposed_and_leaves_a_trail(ana: Member, ben: Member, now: datetime) -> None:
    first = add_person("Ann Bee", ana, at=now)
    bring(ana, now, "Name\nAnn Bee\nCy Dee\n")
    second = add_person("", ana, at=now, email="annbee@x.example")

    with pytest.raises(NotAllowed):
        look_up_unsubscribes(ben, at=now)
    assert [look_up_unsubscribes(ana, at=now) for _ in range(2)] == [1, 0]

    request = UnsubscribeRequest.objects.get(name="Ann Bee")
    assert [each["person"] for each in request.candidates] == [first.pk, second.pk]
    entries = TrailEntry.objects.filter(
        action="customers.look_up_unsubscribes", kind=request.kind, object_id=request.pk
    )
    assert entries.count() == 1


def test_who_agreed_again_later_goes_on_getting_mail(ana: Member, now: datetime) -> None:
    person = add_person("Ann Bee", ana, at=now, email="a@x.example")
    note_consent(person, "news", "given", ana, at=now, decided_at=datetime(2020, 1, 1, tzinfo=UTC))
    bring(ana, now, "Name,Date\nAnn Bee,23.04.2018\n")

    confirm_unsubscribe(UnsubscribeRequest.objects.get(), ana, at=now, person=person)

    person.refresh_from_db()
    assert person.wants_no_mail is False
    assert person.consents.order_by("-at").first().decision == "given"  # type: ignore[union-attr]


def test_a_dismissed_request_changes_nobody(ana: Member, now: datetime) -> None:
    add_person("Ann Bee", ana, at=now)
    bring(ana, now, "Name\nAnn Bee\n")

    dismiss_unsubscribe(UnsubscribeRequest.objects.get(), ana, at=now)

    assert UnsubscribeRequest.objects.get().status == "dismissed"
    assert Person.objects.get().wants_no_mail is False


def test_several_candidates_are_all_proposed_the_surest_first(ana: Member, now: datetime) -> None:
    named = add_person("Ann Müller", ana, at=now)
    mailed = add_person("", ana, at=now, email="amuller@x.example")
    exact = add_person("Somebody", ana, at=now, email="am@y.example")

    bring(ana, now, "First name,Last name,Email\nAnn,Müller,AM@y.example\n,,nobody@z.example\n")

    first, second = UnsubscribeRequest.objects.order_by("row")
    assert [each["person"] for each in first.candidates] == [exact.pk, named.pk, mailed.pk]
    assert second.candidates == []


def test_rows_that_name_nobody_are_named(ana: Member, now: datetime) -> None:
    batch = bring(ana, now, "Name,Email,Date\n,,23.04.2018\nAnn,nonsense,23.04.2018\nBee,,31.02.2018\nCy,,\nCy,,\n")

    assert batch.verdicts == {"created": 1, "changed": 0, "same": 1, "rejected": 3}
    assert [(each["row"], each["field"]) for each in batch.rejected] == [(2, "Name"), (3, "Email"), (4, "Date")]
    assert batch.rows == 5


def test_a_row_with_more_cells_than_columns_is_rejected_and_not_read_askew(ana: Member, now: datetime) -> None:
    batch = bring(ana, now, "Name,Email\nBee, Ann,ann@x.example\nCy Dee,cy@x.example\n")

    assert [(each["row"], each["field"]) for each in batch.rejected] == [(2, "Email")]
    assert "quotation marks" in batch.rejected[0]["reason"]
    assert UnsubscribeRequest.objects.get().name == "Cy Dee"


def test_the_order_of_day_and_month_is_asked_for(ana: Member, now: datetime) -> None:
    with pytest.raises(HasQuestions):
        bring(ana, now, "Name,Date\nAnn,03/04/2018\n")

    bring(ana, now, "Name,Date\nAnn,03/04/2018\n", day_month_order="mdy")
    assert str(UnsubscribeRequest.objects.get().asked_on) == "2018-03-04"


def test_taking_back_removes_what_is_open_and_keeps_what_was_decided(ana: Member, now: datetime) -> None:
    person = add_person("Ann Bee", ana, at=now)
    batch = bring(ana, now, "Name\nAnn Bee\nCy Dee\n")
    confirm_unsubscribe(UnsubscribeRequest.objects.get(name="Ann Bee"), ana, at=now, person=person)

    undo_import(batch, ana, at=now + timedelta(hours=1))

    assert [str(each) for each in UnsubscribeRequest.objects.all()] == ["Ann Bee"]
    assert batch.removed == {"requests": 1, "stayed": 1}


def test_only_stewards_decide(ana: Member, ben: Member, dan: Member, now: datetime) -> None:
    person = add_person("Ann Bee", ana, at=now)
    bring(ana, now, "Name\nAnn Bee\n")

    for who in (ben, dan):
        with pytest.raises(NotAllowed):
            confirm_unsubscribe(UnsubscribeRequest.objects.get(), who, at=now, person=person)
        with pytest.raises(NotAllowed):
            dismiss_unsubscribe(UnsubscribeRequest.objects.get(), who, at=now)


def test_an_erased_person_is_in_no_list_of_who_wants_no_mail(ana: Member, now: datetime) -> None:
    person = add_person("Donielle Malone", ana, at=now, email="dmalone@x.example")
    add_person("Ann Bee", ana, at=now)
    bring(ana, now, "Name,Email\nDavid Malone,\nDonielle Malone,\nSomebody,DMalone@x.example\nAnn Bee,\n")
    dismiss_unsubscribe(UnsubscribeRequest.objects.get(name="Donielle Malone"), ana, at=now)
    asked = check_identity(receive_request(person, "erasure", ana, at=now), "She called.", ana, at=now)

    erase_on(erase(asked, ana, at=now), at=now)

    rows = list(UnsubscribeRequest.objects.order_by("row").values_list("name", "email", "candidates"))
    assert [each[1:] for each in rows[:3]] == [("", []), ("", []), ("", [])]
    assert rows[3][0] == "Ann Bee"
    assert len(rows[3][2]) == 1
    kept = [*TrailPersonal.objects.values_list("value", flat=True), *TrailEntry.objects.values_list("body", flat=True)]
    assert not [each for each in kept if "dmalone" in each.lower() or "donielle" in each.lower()]
