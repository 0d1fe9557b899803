"""The search page: hits by kind, newest first, and only what the member may see."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from wellheard.cases.models import Case
from wellheard.core.models import Member, Task
from wellheard.core.search import Hit
from wellheard.customers.actions import add_account
from wellheard.web.views import search

pytestmark = pytest.mark.pages
SignIn = Callable[[Member], Client]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, ana: Member) -> None:
    """Two kinds of hits, the second kind's in between."""
    hits = [
        Hit("core.task", "Call <b>", Task(pk=2)),
        Hit("core.member", "Ana", ana),
        Hit("core.task", "Old", Task(pk=1)),
    ]
    monkeypatch.setattr(search, "find", lambda words, actor, most: hits)


def test_hits_are_grouped_by_kind_the_newest_kind_first(ana, found, signed_in: SignIn):
    page = signed_in(ana).get("/search/?q=+call++me%00")

    assert page.context["search_words"] == "call me"
    assert page.context["heading"] == "Three records have the words “call me”"
    assert [(group.title, [row["title"] for row in group.rows]) for group in page.context["groups"]] == [
        ("Tasks", ["Call <b>", "Old"]),
        ("Members", ["Ana"]),
    ]
    assert b"Call &lt;b&gt;" in page.content


def test_a_customer_stands_before_all_that_they_said_and_no_reference_stands_twice(
    ana, leipzig, now, monkeypatch, signed_in: SignIn
):
    holzapfel = add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)
    case = Case(pk=1, reference="CAS-2026-0001", title="It drips")
    hits = [
        Hit("cases.case", "CAS-2026-0001 It drips", case),
        Hit("customers.account", "Gärtnerei Holzapfel", holzapfel),
    ]
    monkeypatch.setattr(search, "find", lambda words, actor, most: hits)

    groups = signed_in(ana).get("/search/?q=holzapfel").context["groups"]

    assert [(group.title, [(row["title"], row["note"]) for row in group.rows]) for group in groups] == [
        ("Customers", [("Gärtnerei Holzapfel", holzapfel.reference)]),
        ("Complaints and questions", [("CAS-2026-0001 It drips", "")]),
    ]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "Find anything"),
        ("?q=", "Find anything"),
        ("?q=%00", "Find anything"),
        ("?q=zebra", "Nothing has the words “zebra”"),
        ("?q=%22%27%29+OR+NEAR%28", "Nothing has the words “&quot;&#x27;) OR NEAR(”"),
    ],
)
def test_nothing_asked_and_nothing_found_say_what_to_do(ana, signed_in: SignIn, query: str, heading: str):
    page = signed_in(ana).get(f"/search/{query}")

    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in re.sub(r"\s+(?=<)|(?<=>)\s+", "", page.content.decode())
