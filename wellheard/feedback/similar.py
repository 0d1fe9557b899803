"""Which other statements seem to be about the same: they share words that are rare in the rest."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import log, sqrt

from django.db.models.functions import Left

from wellheard.core.actors import Actor
from wellheard.feedback.models import Statement
from wellheard.ground.text.normalise import search_words

LOOKED_THROUGH = 3000
LOOKED_BACK = timedelta(days=730)
SHORTEST_WORD = 4
CHARACTERS = 4000
"""Of longer statements only the beginning is compared: thousands of them must fit into memory."""


def telling_words(text: str) -> set[str]:
    """The words that say something; short ones rarely do, except in scripts that put no spaces between words."""
    return {word for word in search_words(text) if len(word) >= SHORTEST_WORD or not word.isascii()}


def most_similar(
    texts: Iterable[str], actor: Actor, *, at: datetime, without: Iterable[int] = (), most: int = 25
) -> list[Statement]:
    """The statements that resemble these texts, the most similar first, among the newest that this actor may see.

    A shared word counts the more, the fewer statements use it (its inverse document frequency); long statements don't
    win by their length alone.
    """
    wanted = {word for text in texts for word in telling_words(text)}
    recent = Statement.objects.visible_to(actor).filter(heard_at__gt=at - LOOKED_BACK).exclude(verbatim="")
    rows = recent.exclude(pk__in=list(without)).newest_first()
    beginnings = rows.annotate(beginning=Left("verbatim", CHARACTERS)).values_list("pk", "beginning")[:LOOKED_THROUGH]
    spoken = {pk: telling_words(words) for pk, words in beginnings}
    uses = Counter(word for words in spoken.values() for word in words)
    scores = {pk: _resemblance(wanted, words, uses, len(spoken)) for pk, words in spoken.items()}
    best: Sequence[int] = sorted((pk for pk, score in scores.items() if score > 0), key=lambda pk: (-scores[pk], -pk))
    found = Statement.objects.select_related("person", "account").in_bulk(best[:most])
    return [found[pk] for pk in best[:most]]


def _resemblance(wanted: set[str], words: set[str], uses: Counter[str], count: int) -> float:
    shared = wanted & words
    return sum(log((count + 1) / uses[word]) for word in shared) / sqrt(len(words)) if shared else 0.0
