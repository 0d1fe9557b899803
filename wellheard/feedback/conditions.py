"""When a listening rule applies: a few conditions that a person can read, all of which must hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from wellheard.core.errors import Refusal
from wellheard.customers.segmenting.expressions import HasWord
from wellheard.feedback.models import SCALES, ListeningRule, Source, Statement
from wellheard.ground.text.normalise import search_words

PREVIEW_DAYS = 90


@dataclass(frozen=True)
class Conditions:
    """What must be true of a statement; an empty condition asks nothing.

    sources: any of these. scale, at_most, at_least: the rating, both ends included. has_words: they said something.
    words: any of these words or phrases, whatever their case, accents or ending. segment: any of those that they
    were in then, by name.
    The site is a field of the rule itself, since rights are held at a site.
    """

    sources: tuple[str, ...] = ()
    scale: str = ""
    at_most: int | None = None
    at_least: int | None = None
    has_words: bool = False
    words: tuple[str, ...] = ()
    segment: str = ""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Conditions":
        """The conditions as a rule stores them. Raises Refusal when something in them is unknown or can never hold."""
        if unknown := set(stored) - set(cls.__dataclass_fields__):
            raise Refusal(f"A rule has no condition called {', '.join(sorted(unknown))}. Nothing was saved.")
        given = dict(stored)
        for name in ("sources", "words"):
            given[name] = tuple(str(each).strip() for each in given.get(name) or () if str(each).strip())
        found = cls(**given)
        found._check()
        return found

    def to_json(self) -> dict[str, Any]:
        """Only the conditions that ask something."""
        stored = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in stored.items()
            if value is not None and value is not False and value not in ((), "")
        }

    def _check(self) -> None:
        if unknown := [source for source in self.sources if source not in Source.values]:
            raise Refusal(f"“{', '.join(unknown)}” is no way of hearing customers. Nothing was saved.", field="sources")
        limits = [limit for limit in (self.at_most, self.at_least) if limit is not None]
        if not limits:
            return
        if self.scale not in SCALES:
            raise Refusal("A rating needs its scale. Nothing was saved; choose the scale.", field="scale")
        scale = SCALES[self.scale]
        if any(not scale.lowest <= limit <= scale.highest for limit in limits):
            sentence = (
                f"That scale goes from {scale.lowest} to {scale.highest}. Nothing was saved; choose a rating on it."
            )
            raise Refusal(sentence, field="at_most")
        if len(limits) == 2 and limits[0] < limits[1]:
            raise Refusal("No rating can be that low and that high at once. Nothing was saved.", field="at_most")

    def rows(self) -> Q:
        """As far as the database can tell; `says_a_word` decides the rest."""
        wanted = Q()
        if self.sources:
            wanted &= Q(source__in=self.sources)
        if self.at_most is not None or self.at_least is not None:
            wanted &= Q(rating_scale=self.scale)
        if self.at_most is not None:
            wanted &= Q(rating__lte=self.at_most)
        if self.at_least is not None:
            wanted &= Q(rating__gte=self.at_least)
        if self.has_words or self.words:
            wanted &= ~Q(verbatim="")
        if self.segment:
            wanted &= Q(segment__iexact=self.segment) | Q(HasWord(F("segments"), self.segment))
        return wanted

    def hold_for(self, statement: Statement) -> bool:
        """Do all of them hold?"""
        limited = self.at_most is not None or self.at_least is not None
        return (
            (not self.sources or statement.source in self.sources)
            and (not limited or self._rating_fits(statement))
            and self.says_a_word(statement.verbatim)
            and (not self.segment or self._was_in_segment(statement))
        )

    def _was_in_segment(self, statement: Statement) -> bool:
        return statement.segment.casefold() == self.segment.casefold() or self.segment in statement.segments

    def _rating_fits(self, statement: Statement) -> bool:
        rating = statement.rating
        if rating is None or statement.rating_scale != self.scale:
            return False
        return (self.at_most is None or rating <= self.at_most) and (self.at_least is None or rating >= self.at_least)

    def says_a_word(self, verbatim: str) -> bool:
        """Is there something in words, and one of those asked for?"""
        if self.has_words and not verbatim.strip():
            return False
        if not self.words:
            return True
        said = search_words(verbatim)
        return any(_occurs(search_words(wanted), said) for wanted in self.words)


def _occurs(wanted: Sequence[str], said: Sequence[str]) -> bool:
    """Do these words follow one another in what was said? The last one may have any ending: leak, leaks, leaking."""
    if not wanted:
        return False
    *exact, last = wanted
    return any(
        list(said[place : place + len(exact)]) == exact and said[place + len(exact)].startswith(last)
        for place in range(len(said) - len(exact))
    )


def conditions_of(rule: ListeningRule) -> Conditions:
    """The rule's conditions, ready to ask."""
    return Conditions.from_json(rule.conditions)


def applies(rule: ListeningRule, statement: Statement) -> bool:
    """Does the rule speak of this statement?"""
    at_its_site = rule.site_id is None or rule.site_id == statement.site_id
    return at_its_site and conditions_of(rule).hold_for(statement)


def would_have_caught(
    conditions: Conditions, site_id: int | None, *, until: datetime, days: int = PREVIEW_DAYS
) -> tuple[int, int]:
    """(how many statements of the last days the conditions hold for, how many there were in all)."""
    recent = Statement.objects.filter(heard_at__gt=until - timedelta(days=days), heard_at__lte=until)
    caught = recent.filter(conditions.rows())
    if site_id is not None:
        caught = caught.filter(site_id=site_id)
    if not (conditions.words or conditions.has_words):
        return caught.count(), recent.count()
    verbatims: Iterator[str] = caught.values_list("verbatim", flat=True).iterator(chunk_size=2000)
    return sum(conditions.says_a_word(words) for words in verbatims), recent.count()
