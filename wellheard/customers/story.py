"""What stands on the page of an account and of a person alike: what is open, what is known, and what happened."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from wellheard.core.lists import how_many
from wellheard.core.models import Member
from wellheard.customers.lineage import held_lineage
from wellheard.customers.matters import open_matters
from wellheard.customers.models import Account, Person
from wellheard.customers.offers import offers_for
from wellheard.customers.parts import parts_for
from wellheard.customers.timeline import Mark, TimelineItem, timeline_of, topics

ANCHOR = "#what-happened"


def story_of(record: Account | Person, member: Member, asked: Mapping[str, str]) -> dict[str, Any]:
    """The context of `customers/story.html`. `asked` is what the address says: `before` (a mark) and `what` (a topic)."""
    known = dict(topics())
    topic = asked.get("what", "") if asked.get("what", "") in known else ""
    mark = Mark.read(asked.get("before", ""))
    with held_lineage(record):
        window = timeline_of(record, member, topic=topic, mark=mark)
        matters, is_more = open_matters(record, member)
        parts, aside, foot = (parts_for(record, member, place) for place in ("story", "aside", "foot"))
    return {
        "entries": [_entry(item) for item in window.items],
        "is_earlier": mark is not None,
        "topic": known.get(topic, ""),
        "chips": [
            {"label": words, "url": _address(what=key), "current": key == topic}
            for key, words in [("", "Everything"), *known.items()]
        ],
        "newest_url": _address(what=topic),
        "earlier_url": _address(what=topic, before=str(window.earlier)) if window.earlier else "",
        "open_words": _open_words(len(matters), is_more),
        "matters": matters,
        "is_more_open": is_more,
        "parts": parts,
        "aside_parts": aside,
        "foot_parts": foot,
        "offers": offers_for(record, member),
    }


def _open_words(count: int, is_more: bool) -> str:
    if not count:
        return "Nothing is open."
    words = how_many(count, "matter is", "matters are")
    return f"More than {words.lower()} open." if is_more else f"{words} open."


def _address(**asked: str) -> str:
    """The same page, asked so."""
    return f"?{urlencode({name: value for name, value in asked.items() if value})}{ANCHOR}"


def _entry(item: TimelineItem) -> dict[str, Any]:
    """An entry as the history shows it."""
    return {
        "moment": item.at,
        "actor": item.actor,
        "text": item.text,
        "url": item.url,
        "link": item.link,
        "heard": item.heard,
    }
