"""Search and threads however much there is: nothing hidden by what one may not see, no statement too long for a database."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import SETUP, Arranging
from wellheard.core import indexing, links, search
from wellheard.core.links import fetch, key_of, link, linked, neighbourhood
from wellheard.core.models import Link, Member, SearchEntry, Site, Task
from wellheard.core.search import find, holding
from wellheard.core.setup import add_site
from wellheard.core.tasks import open_task


@pytest.fixture
def _tasks_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Task, "search_text", lambda task: (task.title, ""))


@pytest.mark.usefixtures("_tasks_are_searched")
def test_what_one_may_not_see_hides_nothing_that_one_may(ana: Member, dan: Member, ben: Member, now, monkeypatch):
    monkeypatch.setattr(search, "AT_ONCE", 3)
    mine = [open_task(ben, f"Holzapfel {number}", SETUP, at=now) for number in range(3)]
    for number in range(10):
        open_task(ana, f"Holzapfel {number}", SETUP, at=now)

    assert [hit.record for hit in find("holzapfel", ben)] == mine[::-1]
    assert [hit.record for hit in find("holzapfel", ben, most=2)] == mine[:0:-1]
    assert find("holzapfel", dan) == []


@pytest.mark.usefixtures("_tasks_are_searched")
def test_a_question_of_thousands_of_words_is_answered(ana: Member, now: datetime):
    open_task(ana, " ".join(f"word{number}" for number in range(30)), SETUP, at=now)

    assert len(find(" ".join(f"word{number}" for number in range(5_000)), ana)) == 1
    assert find("x" * 100_000, ana) == []


@pytest.mark.parametrize(
    "words",
    [
        " ".join(f"word{number}" for number in range(200_000)),
        "配送が遅い" * 100_000,
        "ä" * 1_000_000,
        "a b " * 500_000,
    ],
    ids=["words", "cjk", "one word", "short"],
)
def test_a_text_of_a_megabyte_is_found_by_its_beginning(ana: Member, now: datetime, monkeypatch, words: str):
    """PostgreSQL's vectors hold a megabyte: a longer text must not make its action fail."""
    monkeypatch.setattr(Site, "search_text", lambda site: ("Leipzig-Ost", words))
    site = add_site("Leipzig-Ost", SETUP, at=now)

    assert [hit.record for hit in find("leipzig-ost", ana)] == [site]
    assert len(SearchEntry.objects.get().words) <= indexing.MOST_CHARACTERS


def test_very_many_links_are_walked_in_pieces(
    ana: Member, leipzig: Site, now: datetime, monkeypatch, arranging: Arranging
):
    monkeypatch.setattr(links, "AT_ONCE", 3)
    tasks = [open_task(ana, f"Task {number}", SETUP, at=now) for number in range(10)]
    for task in tasks:
        link(leipzig, task, "asked for", SETUP, at=now)

    keys, walked = neighbourhood(key_of(tasks[0]))

    assert (keys, len(walked)) == ({key_of(leipzig), *map(key_of, tasks)}, 10)
    assert set(fetch(keys).values()) == {leipzig, *tasks}


def test_a_walk_ends_where_nobody_reads_on(ana: Member, leipzig: Site, lyon: Site, now: datetime, monkeypatch):
    monkeypatch.setattr(links, "MOST", 3)
    tasks = [open_task(ana, f"Task {number}", SETUP, at=now) for number in range(5)]
    for task in tasks:
        link(leipzig, task, "asked for", SETUP, at=now)
        link(task, lyon, "sent to", SETUP, at=now)

    assert len(neighbourhood(key_of(leipzig))[0]) == 6


def test_what_is_linked_is_asked_for_at_once_whoever_asks(ana: Member, ben: Member, leipzig: Site, now: datetime):
    asked = []
    for number in (1, 3):
        for _ in range(number):
            link(leipzig, open_task(ben, "Task", SETUP, at=now), "asked for", SETUP, at=now)
        reader = Member.objects.get(pk=ben.pk)
        with CaptureQueriesContext(connection) as queries:
            found = linked(leipzig, reader)
        asked.append((len(found), len(queries)))

    assert [count for count, _ in asked] == [1, 4]
    assert asked[0][1] == asked[1][1]


def test_links_to_what_one_may_not_see_and_to_kinds_that_are_gone_are_not_shown(ana, ben, leipzig, now, arranging):
    link(leipzig, open_task(ana, "Ana's", SETUP, at=now), "asked for", SETUP, at=now)
    link(leipzig, open_task(ben, "Ben's", SETUP, at=now), "asked for", SETUP, at=now)
    with arranging():
        for kind, pk in (("core.task", 99_999), ("gone.kind", 1), ("nonsense", 1)):
            Link(
                source_kind="core.site",
                source_id=leipzig.pk,
                target_kind=kind,
                target_id=pk,
                role="asked for",
                made_at=now,
                looked_at=now,
            ).save()

    assert [str(each.other) for each in linked(leipzig, ben)] == ["Ben's"]


@pytest.mark.usefixtures("_tasks_are_searched")
def test_a_list_finds_what_the_find_box_finds(ana: Member, now: datetime):
    """ä is a and ae, ß is ss, é is e, in both directions; punctuation separates; every word must be there."""
    müller = open_task(ana, "Call Müller & Söhne back, order 4711-X", SETUP, at=now)
    open_task(ana, "Call Strauß back", SETUP, at=now)

    for words in ("müller", "mueller", "MULLER", "söhne müll", "4711-x", "muller sohne"):
        assert list(holding(Task.objects.all(), words)) == [müller], words
    assert list(holding(Task.objects.all(), "müller strauss")) == []
    assert holding(Task.objects.order_by("pk"), "back").count() == 2
    assert holding(Task.objects.order_by("pk"), " .,- ").count() == 2
