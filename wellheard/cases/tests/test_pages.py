"""What members see and do on the pages of cases."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from wellheard.cases import actions
from wellheard.cases.models import Case, Entry
from wellheard.cases.tests.pages import page, queries
from wellheard.conftest import SETUP
from wellheard.core.actors import System
from wellheard.core.links import link
from wellheard.core.models import OutboxMessage
from wellheard.core.setup import add_member
from wellheard.customers.actions import add_person
from wellheard.feedback.actions.statements import hear
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction

pytestmark = pytest.mark.pages


# ---- the record ---------------------------------------------------------------------------------------------------
def test_the_page_asks_as_much_with_two_entries_as_with_six(acknowledged, ben, ana, signed_in, now):
    client = signed_in(ana)
    few = queries(client, f"/cases/{acknowledged.pk}/")
    for number in range(4):
        actions.write_to_customer(acknowledged, ben, at=now, text=f"Message {number}")

    assert queries(client, f"/cases/{acknowledged.pk}/") == few


def test_the_page_shows_the_words_the_clock_and_the_next_step(received, ben, signed_in):
    html = page(signed_in(ben), f"/cases/{received.pk}/")

    assert "Zwei davon tropfen seit gestern.  Ich möchte" in html
    assert "Your turn: acknowledge it" in html
    assert "1 working day from Monday 16:30." in html
    assert "Next: acknowledge Cleo Winter" in html
    assert f'action="/cases/{received.pk}/acknowledgement/"' in html
    assert received.secret in html


def test_there_is_one_primary_button(received, acknowledged, assessed, investigating, answered, closed, ben, signed_in):
    assert page(signed_in(ben), f"/cases/{closed.pk}/").count("btn-primary") == 0


@pytest.mark.parametrize("status", ["received", "acknowledged", "assessed", "investigating"])
def test_each_open_status_has_its_one_primary_button(status, request, ben, signed_in):
    case = request.getfixturevalue(status)

    html = page(signed_in(ben), f"/cases/{case.pk}/")

    assert html.count("btn-primary") == 1
    assert html.count('class="next"') == 1


def test_the_auditor_sees_everything_and_changes_nothing(received, auditor, signed_in):
    client = signed_in(auditor)
    html = page(client, f"/cases/{received.pk}/")

    assert "Ben Okafor does this next: acknowledge it" in html
    assert received.secret not in html
    assert 'method="post" action="/cases/' not in html
    assert client.post(f"/cases/{received.pk}/acknowledgement/").status_code == 403
    received.refresh_from_db()
    assert received.status == "received"


def test_a_case_goes_from_the_first_step_to_the_last_over_its_forms(received, ben, signed_in):
    client = signed_in(ben)
    steps = [
        ("acknowledgement", {"text": "Bis morgen."}),
        ("assessment", {"severity": "2", "impact": "A wet cellar", "note": ""}),
        ("investigation", {"findings": "Glued cold", "cause_words": "Seals glued too cold", "cause_told": ""}),
        (
            "answer",
            {
                "finding": "upheld",
                "text": "Sie haben recht.",
                "asked_0": "Ersatz",
                "decided_0": "alle",
                "when_0": "heute",
            },
        ),
        ("word", {"said": "yes", "text": ""}),
        ("closing", {"outcome": "content", "recourse": ""}),
    ]

    answers = [client.post(f"/cases/{received.pk}/{address}/", data) for address, data in steps]

    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [
        (302, f"/cases/{received.pk}/")
    ] * 6
    received.refresh_from_db()
    assert (received.status, received.remedies) == (
        "closed",
        [{"asked": "Ersatz", "decided": "alle", "when": "heute"}],
    )
    assert [mail.purpose for mail in OutboxMessage.objects.order_by("pk")] == ["acknowledgement", "answer"]


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(investigating, ben, signed_in):
    data = {"finding": "upheld", "text": "Sie haben recht.", "asked_0": "Ersatz", "decided_0": "", "when_0": ""}

    answer = signed_in(ben).post(f"/cases/{investigating.pk}/answer/", data)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "has no decision" in html
    assert "Sie haben recht." in html
    assert 'value="Ersatz"' in html
    investigating.refresh_from_db()
    assert investigating.status == "investigating"


def test_a_customer_without_an_address_asks_how_they_were_told(opened, ben, signed_in):
    case = opened(contact_email=None)
    client = signed_in(ben)

    assert "How did you tell them?" in page(client, f"/cases/{case.pk}/")
    assert client.post(f"/cases/{case.pk}/acknowledgement/", {"text": "", "how": ""}).status_code == 422
    assert client.post(f"/cases/{case.pk}/acknowledgement/", {"text": "", "how": "phone"}).status_code == 302


def test_a_step_whose_time_has_passed_says_so_and_keeps_what_was_typed(acknowledged, ben, signed_in):
    answer = signed_in(ben).post(f"/cases/{acknowledged.pk}/acknowledgement/", {"text": "A whole long letter"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This can&#x27;t be done now: it is “acknowledged, to be assessed”" in html
    assert "A whole long letter" in html


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ({"status": "waiting"}, "Waiting to be sent."),
        (
            {"status": "failed", "last_fault": "550 no such mailbox"},
            "Could not be sent to cleo@winter.example: 550 no such",
        ),
        (
            {"status": "held", "held_reason": "the address does not exist"},
            "Held back, not sent to cleo@winter.example: the address does not exist.",
        ),
    ],
)
def test_the_history_shows_what_became_of_each_mail(acknowledged, ben, signed_in, fate, words):
    OutboxMessage.objects.update(**fate)

    assert words in page(signed_in(ben), f"/cases/{acknowledged.pk}/")


def test_the_cause_is_looked_for_from_the_case(investigating, ana, signed_in):
    data = {"title": "Seals glued too cold", "problem": "Connectors drip two weeks after fitting."}

    answer = signed_in(ana).post(f"/cases/{investigating.pk}/cause/", data)

    analysis = CauseAnalysis.objects.get()
    assert answer.headers["Location"] == analysis.get_absolute_url()
    html = page(signed_in(ana), f"/cases/{investigating.pk}/")
    assert "looks for the cause" in html
    assert f'action="/cases/{investigating.pk}/cause/"' not in html


def test_a_corrective_action_is_opened_from_the_case(investigating, ana, signed_in):
    answer = signed_in(ana).post(
        f"/cases/{investigating.pk}/action/", {"title": "Glue warm", "what": "Heat the bench."}
    )

    assert answer.headers["Location"] == CorrectiveAction.objects.get().get_absolute_url()


def test_a_linked_record_that_changed_is_marked_until_someone_looks(investigating, ana, signed_in, now, arranging):
    client = signed_in(ana)
    client.post(f"/cases/{investigating.pk}/cause/", {"title": "Glued cold", "problem": "They drip."})
    analysis = CauseAnalysis.objects.get()
    with arranging(by=ana):
        analysis.title = "Glued cold and wet"
        analysis.save()

    before = page(client, f"/cases/{investigating.pk}/")
    number = before.split(f"/cases/{investigating.pk}/links/")[1].split("/")[0]
    answer = client.post(f"/cases/{investigating.pk}/links/{number}/looked/")
    after = page(client, f"/cases/{investigating.pk}/")

    assert answer.status_code == 302
    assert ["changed since someone looked" in html for html in (before, after)] == [True, False]


def test_links_are_looked_at_on_their_own_page_only(received, investigating, ana, signed_in, now, holzapfel):
    made = link(holzapfel, holzapfel, "concerns", ana, at=now)

    assert signed_in(ana).post(f"/cases/{received.pk}/links/{made.pk}/looked/").status_code == 404


# ---- writing down -------------------------------------------------------------------------------------------------
def typed(**changes: Any) -> dict[str, Any]:
    return {
        "words": "  The connectors drip.\r\nSince yesterday.  ",
        "remedy_sought": "New ones",
        "title": "",
        "kind": "complaint",
        "channel": "phone",
        "received_at": "2026-11-16T16:00",
        "event_on": "2026-11-02",
        "contact_name": "Cleo Winter",
        "contact_email": "",
        "contact_phone": "0341 55",
        "account": "",
        "language": "de",
        "owner": "",
        "subject_member": "",
    } | changes


def test_a_call_is_written_down(organisation, ben, leipzig, holzapfel, signed_in):
    answer = signed_in(ben).post("/cases/new/", typed(site=leipzig.pk, account="Gärtnerei Holzapfel"))

    case = Case.objects.get()
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    assert (case.account, case.owner, case.channel) == (holzapfel, ben, "phone")
    assert case.complaint_text == "  The connectors drip.\r\nSince yesterday.  "
    assert case.received_at.isoformat() == "2026-11-16T15:00:00+00:00"
    assert case.title == "The connectors drip"


def test_an_unknown_customer_is_said_and_nothing_is_lost(organisation, ben, leipzig, signed_in):
    answer = signed_in(ben).post("/cases/new/", typed(site=leipzig.pk, account="Holzwurm"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "No customer is called “Holzwurm”" in html
    assert "Since yesterday." in html
    assert Case.objects.count() == 0


def test_a_statement_becomes_a_case_with_its_words(organisation, ana, ben, leipzig, signed_in, now):
    cleo = add_person("Cleo Winter", ana, at=now, email="cleo@winter.example", site=leipzig)
    statement = hear("They drip.", ana, at=now, source="mail", heard_at=now, person=cleo, site=leipzig)
    address = f"/cases/new/?statement={statement.pk}"
    client = signed_in(ben)

    form = page(client, address)
    client.post(address, typed(site=leipzig.pk, contact_email="cleo@winter.example"))

    case = Case.objects.get()
    assert "They drip." in form
    assert (case.title, case.complaint_text, case.person, case.channel) == ("They drip", "", cleo, "mail")
    assert client.get(address).headers["Location"] == f"/cases/{case.pk}/"
    assert "They drip." in page(client, f"/cases/{case.pk}/")


def test_the_causes_to_choose_from_are_those_of_the_cases_one_may_see(investigating, opened, ben, lyon, now, signed_in):
    far = add_member(
        "Eva Roux", "eva@rosetau.example", SETUP, at=now, roles=("front_line",), site=lyon, only_at_site=True
    )
    form = {who: signed_in(who).get("/cases/").context["form"] for who in (ben, far)}

    offered = {who.name: [value for value, _label in each.fields["cause"].choices] for who, each in form.items()}
    assert offered == {"Ben Okafor": ["", "Seals glued too cold"], "Eva Roux": [""]}


def test_whoever_was_asked_to_look_says_so_with_one_press(acknowledged, ana, ben, signed_in, now):
    actions.customer_writes(acknowledged, ana, at=now, text="Danke!")
    address = acknowledged.get_absolute_url()
    button = "I have seen it"

    assert [button in page(signed_in(who), address) for who in (ben, ana)] == [True, False]
    assert signed_in(ben).post(f"{address}look/").status_code == 302
    assert button not in page(signed_in(ben), address)


def test_the_page_says_that_the_customer_has_not_been_told(acknowledged, ben, auditor, signed_in, now):
    actions.note_failed_mail(Entry.objects.get(message__isnull=False), System("mail to customers"), at=now)

    said = [
        "Tell Cleo Winter another way" in page(signed_in(who), acknowledged.get_absolute_url())
        for who in (ben, auditor)
    ]
    assert said == [True, False]


def test_those_who_look_at_the_evidence_walk_the_thread_from_the_record(received, ana, ben, auditor, signed_in):
    walk = f'href="/evidence/thread/cases.case/{received.pk}/"'

    assert [walk in page(signed_in(who), received.get_absolute_url()) for who in (ana, auditor, ben)] == [
        True,
        True,
        False,
    ]


def test_every_remedy_of_a_first_answer_stands_in_the_form_of_the_second(investigating, ben, now, signed_in):
    remedies = [{"asked": f"wish {number}", "decided": "granted", "when": ""} for number in range(5)]
    actions.answer(investigating, ben, at=now, finding="upheld", text="Yes.", remedies=remedies)
    actions.reopen(investigating, ben, at=now + timedelta(days=2), reason="It drips again.")

    form = signed_in(ben).get(investigating.get_absolute_url()).context["step"].step.form
    typed = {
        "finding": "upheld",
        "text": "Yes, all.",
        **{field.name: field.value() or "" for line in form.lines() for field in line},
    }
    signed_in(ben).post(f"{investigating.get_absolute_url()}answer/", typed)

    investigating.refresh_from_db()
    assert (investigating.status, investigating.remedies) == ("answered", remedies)


def test_no_mail_is_promised_to_a_customer_without_an_address(opened, ben, signed_in):
    case = opened(contact_email=None)

    html = page(signed_in(ben), case.get_absolute_url())

    assert "They left no address, so no mail tells them of it." in html
    assert "It goes out by mail" not in html


def test_what_a_customer_wrote_is_nowhere_taken_for_markup(opened, ana, signed_in):
    evil = "<img src=x onerror=alert(1)>\"'{{ 7|add:35 }}</script>"
    case = opened(title=evil, words=evil, contact_name=evil, remedy_sought=evil)
    actions.customer_writes(case, ana, at=case.logged_at, text=evil)
    places = [case.get_absolute_url(), "/cases/?show=all", "/work/", "/", "/search/?q=img"]

    pages = [page(signed_in(ana), place) for place in places] + [page(Client(), case.status_path)]

    assert [html for html in pages if "<img src=x" in html] == []
    assert all("{{ 7|add:35 }}" in html for html in (pages[0], pages[-1]))


def test_a_case_about_a_member_is_found_by_everybody_but_them(opened, ana, admin, auditor, signed_in):
    case = opened(subject_member=ana, title="Ana was rude")
    lists = ["/cases/?show=all", "/search/?q=rude", "/", "/work/"]
    records = [
        case.get_absolute_url(),
        f"/api/v1/cases/{case.pk}",
        f"/evidence/thread/cases.case/{case.pk}/",
        f"/evidence/trail/cases.case/{case.pk}/",
    ]
    hers = signed_in(ana)

    assert [place for place in lists if "Ana was rude" in page(hers, place)] == []
    assert [hers.get(place).status_code for place in records] == [404] * 4
    assert "Ana was rude" in page(signed_in(auditor), "/search/?q=rude")
