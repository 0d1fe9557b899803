"""Groups found in the data: the values of chosen traits, the groups among them, each described in words.

A group that somebody names becomes a segment; its centres and the scale are frozen with it, so that whoever comes later
joins the group that they lie nearest to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import FloatField, QuerySet
from django.db.models.functions import Cast

from wellheard.core.errors import Refusal
from wellheard.customers.models import Segment
from wellheard.customers.segmenting.rules import customers
from wellheard.customers.segmenting.sentences import about_of, amount
from wellheard.customers.traits import About, Trait, Traits, trait
from wellheard.ground import clusters
from wellheard.ground.canonical import canonical, digest

FEWEST, MOST = 2, 8
MOST_TRAITS = 8
KEPT_SECONDS = 600
SCALE = ("lows", "highs", "middles", "spreads")


@dataclass(frozen=True)
class Values:
    """The customers with a value for every trait, by id, and how many lack one; `lacking` by the key of the trait."""

    traits: tuple[Trait, ...]
    ids: tuple[int, ...]
    rows: tuple[tuple[float, ...], ...]
    lacking: Mapping[str, int]
    left_out: int

    def column(self, place: int) -> list[float]:
        return [row[place] for row in self.rows]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the rows: the same values give the same groups."""
        return digest(repr(self.rows))


@dataclass(frozen=True)
class Found:
    """`k` groups among the values, with the scale that they were found in; `key` is a digest of all of it."""

    k: int
    scale: clusters.Scale
    groups: clusters.Groups
    values: Values
    key: str

    @cached_property
    def profiles(self) -> tuple[str, ...]:
        """Each group in words; of many numbers of groups that are tried, only the one that is looked at is described."""
        return profiles_of(self.values, self.groups)


def values_of(traits: Sequence[Trait], about: About, now: datetime, rows: QuerySet[Any] | None = None) -> Values:
    """What these traits are for each customer, in one query. Whoever lacks a value is left out and counted."""
    found = customers(about) if rows is None else rows
    names = {}
    for place, each in enumerate(traits):
        names[f"trait_{place}"] = Cast(each.express(found, about, now), FloatField())
    ids: list[int] = []
    kept: list[tuple[float, ...]] = []
    lacking = dict.fromkeys((each.key for each in traits), 0)
    left_out = 0
    values = found.annotate(**names).order_by("pk").values_list("pk", *names)
    for pk, *row in values.iterator(chunk_size=5_000):
        missing = [each.key for each, value in zip(traits, row, strict=True) if value is None]
        for key in missing:
            lacking[key] += 1
        if missing:
            left_out += 1
        else:
            ids.append(pk)
            kept.append(tuple(float(value) for value in row))
    return Values(tuple(traits), tuple(ids), tuple(kept), lacking, left_out)


def find(values: Values, k: int, logs: Sequence[bool]) -> Found:
    """`k` groups among the customers. Refused when there are too few, or when they hardly differ."""
    scale = clusters.scale_of(values.rows, logs) if values.rows else clusters.Scale(tuple(logs), (), (), (), ())
    asked = digest(canonical({"k": k, "logs": [bool(each) for each in logs], "rows": values.fingerprint}))
    groups = cache.get(f"clusters:{asked}")
    if groups is None:
        try:
            groups = clusters.find_groups(scale.apply(values.rows) if values.rows else [], k)
        except ValueError:
            raise Refusal(_too_few(values, k), field="traits") from None
        cache.set(f"clusters:{asked}", groups, KEPT_SECONDS)
    return Found(k, scale, groups, values, asked)


def _too_few(values: Values, k: int) -> str:
    number = len(values.ids)
    if number < clusters.FEWEST_ROWS:
        return (
            f"Only {number} customers have a value for each of these traits, and groups need {clusters.FEWEST_ROWS}. "
            "Nothing was changed; choose fewer traits, or ones that are known of more customers."
        )
    return f"These customers hardly differ in these traits: there are no {k} groups. Choose others, or fewer groups."


def profiles_of(values: Values, groups: clusters.Groups) -> tuple[str, ...]:
    """Each group in words, against everybody: `orders often (typically 14; of all 5), …`.

    A trait is named when the group's median lies beyond a quarter of everybody; a group in the middle of everything says so.
    """
    members: list[list[int]] = [[] for _ in groups.sizes]
    for place, label in enumerate(groups.labels):
        members[label].append(place)
    columns = [values.column(place) for place in range(len(values.traits))]
    everybody = [clusters.quartiles(column) for column in columns]
    described = []
    for mine in members:
        said = []
        for each, column, (low, middle, high) in zip(values.traits, columns, everybody, strict=True):
            typical = clusters.quartiles([column[place] for place in mine])[1]
            is_high, is_low = typical >= high and typical > middle, typical <= low and typical < middle
            if is_high or is_low:
                said.append(
                    f"{_end(each, is_high)} (typically {_rounded(typical)}{_unit(each)}; of all {_rounded(middle)})"
                )
        described.append(", ".join(said) or "in the middle of everything")
    return tuple(described)


def _end(each: Trait, is_high: bool) -> str:
    words = each.high_words if is_high else each.low_words
    return words or f"{'high' if is_high else 'low'}: {each.title}"


def _unit(each: Trait) -> str:
    return f" {each.unit}" if each.unit else ""


def _rounded(value: float) -> str:
    if abs(value) >= 100 or float(value).is_integer():
        return amount(round(value))
    return amount(round(value, 1))


def frozen(values: Values, found: Found, place: int) -> dict[str, Any]:
    """What a segment keeps of the group at `place`, so that later customers are measured by the same rule."""
    return {
        "profile": found.profiles[place],
        "traits": [
            {"trait": each.key, "title": each.title, "log": log}
            for each, log in zip(values.traits, found.scale.logs, strict=True)
        ],
        "scale": {name: [_kept(each) for each in getattr(found.scale, name)] for name in SCALE},
        "centres": [[_kept(each) for each in centre] for centre in found.groups.centres],
        "mine": place,
        "found_among": len(values.ids),
        "silhouette": _kept(found.groups.silhouette),
        "stability": _kept(found.groups.stability),
    }


def _kept(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def nearest_to(segment: Segment, at: datetime) -> set[int]:
    """The customers who lie nearest to the segment's own centre now; whoever lacks a value belongs to no group.

    Refused when one of its traits is known no longer.
    """
    kept, about = segment.rule, about_of(segment)
    traits: list[Trait] = []
    for each in kept.get("traits", []):
        known = trait(str(each["trait"]))
        if known is None or not known.is_number or about not in known.about:
            raise Refusal(
                f"“{each['title']}” is known of customers no longer, so nobody can be told to belong to “{segment.name}”. "
                "Its members stay as they are; look for groups anew, or retire it."
            )
        traits.append(known)
    if not traits:
        raise Refusal(f"“{segment.name}” has no group in the data behind it. Its members stay as they are.")
    values = values_of(traits, about, at)
    if not values.ids:
        return set()
    scale = clusters.Scale(
        tuple(bool(each["log"]) for each in kept["traits"]), *(tuple(kept["scale"][name]) for name in SCALE)
    )
    places = clusters.nearest(scale.apply(values.rows), kept["centres"])
    return {pk for pk, place in zip(values.ids, places, strict=True) if place == kept["mine"]}


def stability_in_words(stability: float | None) -> tuple[str, str]:
    """(what it means, the tone): from 0.8 on the same groups are found again and again, below 0.6 they fall apart."""
    if stability is None:
        return "Nobody can tell whether these groups hold.", "wait"
    if stability >= 0.8:
        return "The same groups are found again and again.", ""
    if stability >= 0.6:
        return "Most of it is found again; the edges move.", "wait"
    return "The groups fall apart when the data change a little: don’t build on them.", "wait"


def silhouette_in_words(silhouette: float | None) -> str:
    """How clearly the groups lie apart (the usual reading after Kaufman and Rousseeuw 1990)."""
    if silhouette is None:
        return "can’t be told"
    if silhouette > 0.7:
        return "far apart"
    if silhouette > 0.5:
        return "clearly apart"
    return "they touch" if silhouette > 0.25 else "hardly apart"


def numbers_of(about: About) -> Traits:
    """The traits of which groups can be made: those that are numbers."""
    found = Traits(about)
    found.all = {key: each for key, each in found.all.items() if each.is_number}
    return found
