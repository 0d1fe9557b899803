"""Whom a list of people who want no more mail may mean: by address, by name, or by how names stand in addresses."""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.writing import lock_many, write_many
from wellheard.customers.models import ContactPoint, Person, UnsubscribeRequest

Candidate = dict[str, Any]
"""`{"person": id, "because": words}`"""
MOST_CANDIDATES = 5


def letters(text: str) -> str:
    """Only the letters and digits, small and without accents: how names stand in addresses."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(each for each in plain if each.isalnum())


class Directory:
    """Everybody with a name or an address, to be found by what a list calls them."""

    def __init__(self, by: Actor) -> None:
        self._by_address: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._locals: list[tuple[str, int, str]] = []
        people = Person.objects.visible_to(by).filter(merged_into=None, erased_at=None)
        for pk, name in people.order_by("pk").values_list("pk", "name").iterator(chunk_size=5_000):
            if name:
                self._by_name[letters(name)].append(pk)
        points = ContactPoint.objects.filter(what="email", person__in=people).order_by("pk")
        for pk, key in points.values_list("person_id", "key").iterator(chunk_size=5_000):
            if pk is not None:
                self._by_address.setdefault(key, pk)
                self._locals.append((letters(key.partition("@")[0]), pk, key))
        self._locals.sort()

    def candidates(self, given: str, family: str, whole: str, email: str) -> list[dict[str, Any]]:
        """Whom a row may mean, the likeliest first: `{"person": id, "because": words}`."""
        found: dict[int, str] = {}
        if email and email.lower() in self._by_address:
            found[self._by_address[email.lower()]] = "this is their address"
        for pk in self._by_name.get(letters(whole or f"{given}{family}"), []) if (whole or family) else []:
            found.setdefault(pk, "they are called so")
        for first, last in [(given, family)] if given or family else _in_two(whole):
            surname = letters(last)
            if not letters(first) or not surname:
                continue
            for pk, key in self._beginning(letters(first)[:1] + surname):
                found.setdefault(pk, f"their address {key} begins with the initial and the last name")
            for pk, key in self._beginning(letters(first) + surname):
                found.setdefault(pk, f"their address {key} begins with the name")
        return [{"person": pk, "because": why[:300]} for pk, why in list(found.items())[:MOST_CANDIDATES]]

    def _beginning(self, start: str) -> Iterable[tuple[int, str]]:
        if len(start) < 3:
            return
        place = bisect_left(self._locals, (start, 0, ""))
        while place < len(self._locals) and self._locals[place][0].startswith(start):
            yield self._locals[place][1], self._locals[place][2]
            place += 1


def _in_two(whole: str) -> list[tuple[str, str]]:
    """A whole name as first and last, wherever it can be parted: the last word alone first, as it is with most."""
    words = whole.split()
    return [(" ".join(words[:place]), " ".join(words[place:])) for place in range(len(words) - 1, 0, -1)]


def look_up_anew(by: Actor) -> int:
    """Look up everybody on whose request nobody has decided, within an action; gives how many have a new proposal."""
    waiting = UnsubscribeRequest.objects.filter(status=UnsubscribeRequest.Status.OPEN)
    if not waiting.exists():
        return 0
    directory = Directory(by)
    rows = waiting.order_by("pk").values_list("pk", "name", "email").iterator(chunk_size=5_000)
    return propose({pk: directory.candidates("", "", name, email) for pk, name, email in rows})


def propose(found: Mapping[int, Sequence[Candidate]]) -> int:
    """Add to open requests, by id, whom they may mean, within an action; gives how many have somebody new.

    Whoever was proposed stays: they may be somebody whom the one who looks now does not see.
    """
    renewed = 0
    for some in in_batches(sorted(found), 500):
        changed = []
        for each in lock_many(UnsubscribeRequest.objects.filter(pk__in=some, status=UnsubscribeRequest.Status.OPEN)):
            known = {one["person"] for one in each.candidates}
            new = [one for one in found[each.pk] if one["person"] not in known][: MOST_CANDIDATES - len(known)]
            if new:
                each.candidates = [*each.candidates, *new]
                changed.append(each)
        write_many(changed, ["candidates"])
        renewed += len(changed)
    return renewed
