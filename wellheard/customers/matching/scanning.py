"""The scan: every two customers that may be one. Only those that share a key are compared (an address, a number, a website,
the beginning of a name at one firm or in one town), so it takes minutes for hundreds of thousands. The same customers give
the same pairs, in the same order."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from wellheard.customers.matching.describing import described_accounts, described_people
from wellheard.customers.matching.likely import ENOUGH
from wellheard.ground.canonical import canonical, digest
from wellheard.ground.likeness import Described, organisation_words, organisations_alike, people_alike, person_words
from wellheard.ground.text.normalise import search_words

Keys = Callable[[Described], Iterable[str]]
Words = Callable[[str], tuple[str, ...]]
LARGEST_BLOCK = 60
"""Beyond it a key says nothing (a switchboard's number, a family name in a city); it is cut into pieces by name."""


@dataclass(frozen=True)
class Found:
    """Two that may be one: ids in ascending order, how alike, why, and a digest of what both said."""

    first: int
    second: int
    likeness: int
    reasons: tuple[str, ...]
    described: str


def scan(about: Literal["account", "person"], *, enough: int = ENOUGH) -> list[Found]:
    """Every pair from that likeness up, the likeliest first."""
    people = about == "person"
    everyone = described_people() if people else described_accounts()
    compare = people_alike if people else organisations_alike
    keys = person_keys if people else account_keys
    found: dict[tuple[int, int], Found] = {}
    for first, second in _pairs(everyone, keys, person_words if people else organisation_words):
        one, other = everyone[first], everyone[second]
        alike = compare(one, other)
        if alike.score >= enough:
            found[first, second] = Found(first, second, alike.score, alike.reasons, said(one, other))
    return sorted(found.values(), key=lambda each: (-each.likeness, each.first, each.second))


def said(one: Described, other: Described) -> str:
    """A digest of what was compared: another one, and the two are worth another look."""
    return digest(canonical([[*map(str, vars(each).values())] for each in (one, other)]))


def person_keys(each: Described) -> Iterator[str]:
    """Under which a person is compared with others."""
    words = person_words(each.name)
    for email in each.emails:
        yield f"e:{email}"
        local, _, domain = email.partition("@")
        yield f"d:{domain}:{_letters(local)[:8]}"
    for phone in each.phones:
        yield f"p:{phone}"
    firm = " ".join(organisation_words(each.organisation))
    town = " ".join(search_words(each.city))
    for word in words:
        if len(word) > 1 and firm:
            yield f"f:{firm}:{word[:3]}"
        if len(word) > 1 and town and not firm:
            yield f"t:{town}:{' '.join(words)}"


def _letters(local: str) -> str:
    return "".join(letter for letter in local if letter.isalpha())


def account_keys(each: Described) -> Iterator[str]:
    """Under which an account is compared with others."""
    words = organisation_words(each.name)
    for email in each.emails:
        yield f"e:{email}"
    for phone in each.phones:
        yield f"p:{phone}"
    for site in each.websites:
        yield f"w:{site}"
    town = " ".join(search_words(each.city))
    yield f"n:{' '.join(words)}"
    for word in words:
        if len(word) > 2:
            yield f"c:{town}:{word[:4]}"


def _pairs(everyone: dict[int, Described], keys: Keys, words: Words) -> Iterator[tuple[int, int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for pk, each in everyone.items():
        for key in set(keys(each)):
            blocks[key].append(pk)
    for key in sorted(key for key, block in blocks.items() if len(block) > 1):
        for piece in _pieces(blocks[key], everyone, words):
            yield from combinations(sorted(piece), 2)


def _pieces(block: list[int], everyone: dict[int, Described], words: Words) -> Iterable[list[int]]:
    if len(block) <= LARGEST_BLOCK:
        return [block]
    # Neighbours in the order of names, in pieces that overlap by half, so that no two alike fall apart.
    ordered = sorted(block, key=lambda pk: (words(everyone[pk].name), pk))
    half = LARGEST_BLOCK // 2
    return [ordered[start : start + LARGEST_BLOCK] for start in range(0, len(ordered) - half, half)]


__all__ = ["ENOUGH", "Found", "scan"]
