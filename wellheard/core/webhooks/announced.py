"""What programs are told of. An app registers its kinds from `ready()`, and which further kinds are parts of them.

register_announced(Announced("customers.person", "person", "People", address=lambda pk: f"/api/v1/customers/people/{pk}"))
register_part("customers.contactpoint", {"person_id": "customers.person", "account_id": "customers.account"})
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

VERBS = ("created", "changed", "deleted")


@dataclass(frozen=True)
class Announced:
    """A kind of record. `name` is what programs call it for good, `address(pk)` the path of the API that shows it.

    `marks` maps a field to the verb that is told when it gets a value: `{"erased_at": "erased"}`; the first one counts.
    """

    kind: str
    name: str
    title: str
    address: Callable[[int], str]
    marks: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb there is for it."""
        return (*VERBS, *self.marks.values())

    def verb(self, did: str, changes: Mapping[str, Any]) -> str:
        """`merged` rather than `changed`: what programs are told, by the entry's own word and the fields that changed."""
        if did == "changed":
            for name, word in self.marks.items():
                if name in changes and changes[name][1] not in (None, ""):
                    return word
        return did


_kinds: dict[str, Announced] = {}
_parts: dict[str, dict[str, str]] = {}


def register_announced(each: Announced) -> None:
    """Have programs told of this kind. A name is given once."""
    known = next((other for other in _kinds.values() if other.name == each.name), None)
    if known is not None and known.kind != each.kind:
        raise ValueError(f"Two kinds are told of as {each.name}.")
    _kinds[each.kind] = each


def register_part(kind: str, owners: Mapping[str, str]) -> None:
    """Records of `kind` are parts of others: by the field that names the whole, the kind of the whole."""
    _parts[kind] = dict(owners)


def announced(kind: str) -> Announced | None:
    """How programs are told of this kind; None for kinds of which they aren't."""
    return _kinds.get(kind)


def every_announced() -> list[Announced]:
    """All kinds, by name."""
    return sorted(_kinds.values(), key=lambda each: each.name)


def parts() -> Mapping[str, Mapping[str, str]]:
    """The kinds that are parts of others, with their owners' fields."""
    return _parts


def owners_of(kind: str, values: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The wholes of a part, from its values before and after."""
    found: dict[tuple[str, int], None] = {}
    for side in values:
        for name, owner in _parts.get(kind, {}).items():
            if side.get(name) is not None:
                found[owner, int(side[name])] = None
    return list(found)


def is_told_of(kind: str) -> bool:
    """Is anything to be told of an entry of this kind?"""
    return kind in _kinds or kind in _parts
