"""What can be made of words that one of us heard in a conversation, with one click; apps above offer it.

register_words_offer(WordsOffer("Keep as feedback", url, "feedback.hear", made))   # from an app's `ready()`
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.models import Member
from wellheard.customers.models import HeardWords


@dataclass(frozen=True)
class Made:
    """What was made of some words: what it is called, and where it is for those who may see it."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class WordsOffer:
    """A button beside the words: it posts to `url`. `made(words, actor)` gives by id what was made of them already, one
    query however many; without an actor it says so whoever asks, and gives no addresses."""

    label: str
    url: Callable[[HeardWords], str]
    permission: str
    made: Callable[[Sequence[HeardWords], Actor | None], Mapping[int, Made]]


_offers: list[WordsOffer] = []


def register_words_offer(offer: WordsOffer) -> None:
    """Offer something to be made of what was heard; called from an app's `ready()`."""
    if offer not in _offers:
        _offers.append(offer)


def made_of(words: Sequence[HeardWords], actor: Actor | None = None) -> dict[int, Made]:
    """What was made of each of these words, by their id."""
    return {pk: made for offer in _offers for pk, made in offer.made(words, actor).items()}


def words_offers_for(words: HeardWords, member: Member) -> list[dict[str, str]]:
    """The buttons beside these words that this member may use."""
    if member.is_read_only:
        return []
    return [{"label": each.label, "url": each.url(words)} for each in _offers if access.may(member, each.permission)]
