from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from wellheard.core.actors import Actor
from wellheard.core.models import Member
from wellheard.customers import timeline
from wellheard.customers.actions import add_account
from wellheard.customers.models import Account, Person
from wellheard.customers.timeline import Mark, Source, TimelineItem, Window, register_source, timeline_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def holzapfel(ana: Member, now: datetime) -> Account:
    return add_account("Holzapfel", ana, at=now)


@pytest.fixture(autouse=True)
def no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_sources", {})


def source_of(*items: TimelineItem) -> Source:
    """A source that knows these, newest first."""

    def answer(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
        yield from [item for item in items if until is None or item.at <= until][:most]

    return answer


def walked(record: Account, actor: Member, most: int) -> list[Window]:
    """All pages, following “Earlier” to the end, with every mark written into an address and read again."""
    pages = [timeline_of(record, actor, most=most)]
    while (mark := pages[-1].earlier) is not None:
        pages.append(timeline_of(record, actor, mark=Mark.read(str(mark)), most=most))
    return pages


def test_the_timeline_joins_what_its_sources_know_newest_first(ana: Member, holzapfel: Account, now: datetime):
    older = TimelineItem(now - timedelta(days=2), "complained", actor="Katrin", heard=True)
    newer = TimelineItem(now, "was called")
    first = source_of(older)
    register_source(first, "said")
    register_source(first, "said")
    register_source(source_of(newer), "told")

    assert timeline_of(holzapfel, ana) == Window([newer, older], None)


def test_a_source_is_asked_for_no_more_than_a_page_needs(ana: Member, holzapfel: Account, now: datetime):
    asked: list[tuple[object, ...]] = []

    def source(*given: object) -> list[TimelineItem]:
        asked.append(given)
        return []

    register_source(source, "said")
    mark = Mark(now, 2)
    timeline_of(holzapfel, ana, most=30)
    timeline_of(holzapfel, ana, mark=mark, most=30)

    assert asked == [(holzapfel, ana, None, 31), (holzapfel, ana, now, 33)]


def test_earlier_pages_show_every_entry_once(ana: Member, holzapfel: Account, now: datetime):
    said = [TimelineItem(now - timedelta(hours=number), f"said {number}") for number in range(25)]
    told = [TimelineItem(now - timedelta(hours=2 * number), f"told {number}") for number in range(12)]
    register_source(source_of(*said), "said")
    register_source(source_of(*told), "told")

    pages = walked(holzapfel, ana, most=10)

    texts = [item.text for page in pages for item in page.items]
    assert [len(page.items) for page in pages] == [10, 10, 10, 7]
    assert sorted(texts) == sorted(item.text for item in said + told)


def test_entries_of_one_moment_are_never_lost_between_two_pages(ana: Member, holzapfel: Account, now: datetime):
    imported = [TimelineItem(now, f"ordered {number}") for number in range(95)]
    register_source(source_of(*imported), "orders")
    register_source(source_of(TimelineItem(now, "called"), TimelineItem(now - timedelta(days=1), "asked")), "said")

    pages = walked(holzapfel, ana, most=30)

    texts = [item.text for page in pages for item in page.items]
    assert len(texts) == len(set(texts)) == 97
    assert texts[-1] == "asked"


def test_a_source_that_knows_days_alone_loses_nothing(ana: Member, holzapfel: Account, now: datetime):
    noons = [
        TimelineItem(now.replace(hour=12) - timedelta(days=number // 4), f"ordered {number}") for number in range(80)
    ]

    def by_day(record: Account | Person, actor: Actor, until: datetime | None, most: int) -> Iterator[TimelineItem]:
        yield from [item for item in noons if until is None or item.at.date() <= until.date()][:most]

    mornings = [TimelineItem(now.replace(hour=9) - timedelta(days=number), f"called {number}") for number in range(20)]
    register_source(by_day, "orders")
    register_source(source_of(*mornings), "conversations")

    texts = [item.text for page in walked(holzapfel, ana, most=3) for item in page.items]

    assert (len(texts), len(set(texts))) == (100, 100)


def test_a_topic_asks_only_its_sources(ana: Member, holzapfel: Account, now: datetime):
    register_source(source_of(TimelineItem(now, "said")), "said")
    register_source(source_of(TimelineItem(now, "answered a survey")), "asked", "said")

    assert [item.text for item in timeline_of(holzapfel, ana, topic="asked").items] == ["answered a survey"]
    assert [item.text for item in timeline_of(holzapfel, ana, topic="said").items] == ["said", "answered a survey"]
    assert timeline.topics() == [("said", "What they said"), ("asked", "Surveys")]


def test_an_unknown_topic_is_a_mistake():
    with pytest.raises(ValueError, match="no topic weather"):
        register_source(source_of(), "weather")


@pytest.mark.parametrize(
    "written", ["", "x", "20261116", "20261116T153000.000000Z", "20261116T153000.000000Z--1", "\0-1", "9" * 4000]
)
def test_a_made_up_mark_is_none(written: str):
    assert Mark.read(written) is None


def test_a_mark_survives_its_address(now: datetime):
    mark = Mark(now.replace(microsecond=123456), 7)

    assert str(mark) == "20261116T153000.123456Z-7"
    assert Mark.read(str(mark)) == mark
