"""The list of cases, its views and its export; and what was promised."""

import csv
from datetime import timedelta

import pytest

from wellheard.cases.models import ClockRule
from wellheard.cases.tests.pages import page, queries

pytestmark = pytest.mark.pages


# ---- the list -----------------------------------------------------------------------------------------------------
def test_the_list_asks_as_much_for_one_case_as_for_three(opened, ana, holzapfel, signed_in):
    opened()
    client = signed_in(ana)
    one = queries(client, "/cases/")
    opened(account=holzapfel)
    opened(account=holzapfel)

    assert queries(client, "/cases/") == one


def test_the_exported_list_says_which_case_and_whose(opened, ana, holzapfel, signed_in):
    case = opened(account=holzapfel)
    client = signed_in(ana)

    header, row = csv.reader(b"".join(client.get("/cases/?format=csv")).decode("utf-8-sig").splitlines())

    said = dict(zip(header, row, strict=True))
    assert {name: said[name] for name in ("Reference", "Kind", "Customer", "Site", "Answered", "Closed")} == {
        "Reference": case.reference,
        "Kind": "complaint",
        "Customer": "Gärtnerei Holzapfel",
        "Site": "Leipzig",
        "Answered": "",
        "Closed": "",
    }
    assert ">Closed<" not in page(client, "/cases/").partition("<table")[2]


def titles(html: str, *known: str) -> list[str]:
    return [title for title in known if title in html]


def test_the_views_of_the_list_show_what_they_say(opened, ana, ben, closed, signed_in, monkeypatch, now):
    opened(title="Hers", by=ana, owner=ana, received_at=now - timedelta(days=9))
    opened(title="His")
    known = ("Hers", "His", "Connectors drip")
    client = signed_in(ben)
    monkeypatch.setattr("wellheard.cases.pages.timezone.now", lambda: now + timedelta(hours=1))

    views = ("mine", "late", "open", "closed", "all")
    shown = {show: titles(page(client, f"/cases/?show={show}"), *known) for show in views}

    assert shown == {
        "mine": ["His"],
        "late": ["Hers"],
        "open": ["Hers", "His"],
        "closed": ["Connectors drip"],
        "all": ["Hers", "His", "Connectors drip"],
    }


def test_a_stranger_has_no_list_and_no_case(received, dan, signed_in):
    client = signed_in(dan)

    assert [client.get(address).status_code for address in ("/cases/", f"/cases/{received.pk}/", "/cases/new/")] == [
        404
    ] * 3
    assert client.post(f"/cases/{received.pk}/acknowledgement/").status_code == 404


def test_an_empty_list_teaches(organisation, ana, signed_in):
    html = page(signed_in(ana), "/cases/")

    assert "No complaint and no question yet" in html
    assert 'href="/cases/new/"' in html


# ---- promises -----------------------------------------------------------------------------------------------------
def test_the_quality_manager_promises_and_everyone_can_read_it(organisation, ana, ben, auditor, leipzig, signed_in):
    data = {
        "kind_of_case": "complaint",
        "site": leipzig.pk,
        "acknowledge_amount": "4",
        "acknowledge_unit": "working_hours",
        "answer_amount": "2",
        "answer_unit": "working_days",
        "valid_from": "2026-11-01",
        "source": "Board, 2 November",
    }

    answer = signed_in(ana).post("/cases/promises/", data)

    assert answer.status_code == 302
    assert ClockRule.objects.count() == 1
    for member in (ben, auditor):
        html = page(signed_in(member), "/cases/promises/")
        assert "Acknowledge within 4 working hours, answer within 2 working days" in html
        assert "Board, 2 November" in html
        assert "Promise it" not in html
        assert signed_in(member).post("/cases/promises/", data).status_code == 403


def test_a_promise_that_takes_no_time_is_refused_at_its_field(organisation, ana, signed_in):
    data = {"acknowledge_amount": "0", "answer_amount": "x", "source": "", "valid_from": ""}

    answer = signed_in(ana).post("/cases/promises/", data)

    assert answer.status_code == 422
    assert ClockRule.objects.count() == 0


# ---- what stands on the page for whom ------------------------------------------------------------------------------
def test_the_page_and_the_list_agree_on_what_is_late(received, ana, ben, signed_in, monkeypatch):
    """The acknowledgement is late while the answer still has time."""
    later = received.acknowledge_due + timedelta(minutes=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    shown = signed_in(ana).get(received.get_absolute_url()).context["state"]
    listed = signed_in(ana).get("/cases/?show=late").context["rows"][0][1]

    assert (shown["tone"], shown["words"]) == (listed.tone, listed.text)
    assert shown == {"tone": "worse", "words": "late: new, to be acknowledged"}
