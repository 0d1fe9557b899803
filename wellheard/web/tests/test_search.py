"""The search page: hits by kind, newest first, and only what the member may see."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from wellheard.core.models import Member, Task
from wellheard.core.search import Hit
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
