"""How each relation to an account or a person behaves when that customer is merged into another.

Foreign keys and pairs of `…_kind` and `…_id` are found by introspection. A relation without a rule is an error, and a test
looks for it: nothing may be forgotten because someone added a table.

    register_rule("surveys.response.person", Stays("sealed as it was given; read through the survivor's lineage"))
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, Q

from wellheard.customers.models import Account, Person

Ending = Callable[[Any, datetime], Mapping[str, Any]]
"""(a row that clashes, now) → fields to set on it where it is, so that it no longer counts beside the survivor's own."""


@dataclass(frozen=True)
class Moves:
    """The rows go to the survivor. `clash` names the fields in which a row of the survivor may already say the same
    (`where` limits which rows can clash): such a row stays where it was, and `ending` says how it ends there.
    `with_site`: the row's site is its owner's, and follows."""

    clash: tuple[str, ...] = ()
    where: Q | None = None
    ending: Ending | None = None
    with_site: bool = False


@dataclass(frozen=True)
class Stays:
    """The rows stay with the merged record, and why that loses nothing."""

    why: str


Rule = Moves | Stays


@dataclass(frozen=True)
class Relation:
    """A way in which rows name a customer: a foreign key, or a kind with an id (`kind_field` is then not empty)."""

    model: type[Model]
    field: str
    kind_field: str = ""

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def of(self, record: Account | Person) -> Q:
        """The rows that name this record."""
        if self.kind_field:
            return Q(**{self.kind_field: record.kind, self.field: record.pk})
        return Q(**{self.column: record.pk})

    @property
    def column(self) -> str:
        return self.field if self.kind_field else str(self.model._meta.get_field(self.field).attname)  # type: ignore[union-attr]


_rules: dict[str, Rule] = {}


def register_rule(key: str, rule: Rule) -> None:
    """Say how a relation (`app.model.field`) behaves; called from an app's `ready()`."""
    known = _rules.get(key)
    if known is not None and known != rule:
        raise ValueError(f"There are two rules for {key}.")
    _rules[key] = rule


def rule_for(relation: Relation) -> Rule:
    """Its rule. Raises LookupError when nobody gave one: then nothing is merged, rather than something lost."""
    try:
        return _rules[relation.key]
    except KeyError:
        raise LookupError(f"Nobody said what becomes of {relation.key} when customers are merged.") from None


def relations_to(model: type[Account] | type[Person]) -> list[Relation]:
    """Every relation to accounts, or to people, in the whole product, in a fixed order."""
    found = [
        relation
        for each in _ours()
        for relation in _of(each)
        if relation.kind_field or each._meta.get_field(relation.field).related_model is model
    ]
    return sorted(found, key=lambda relation: relation.key)


def _ours() -> Iterator[type[Model]]:
    return (each for each in apps.get_models() if each.__module__.startswith("wellheard."))


def _of(model: type[Model]) -> Iterator[Relation]:
    names = {each.name for each in model._meta.concrete_fields}
    for each in model._meta.concrete_fields:
        if isinstance(each, ForeignKey):
            if each.related_model in (Account, Person):
                yield Relation(model, each.name)
        elif kind := _kind_beside(each, names):
            yield Relation(model, each.name, kind)


def _kind_beside(field: Field[Any, Any], names: set[str]) -> str:
    """`about_kind` for `about_id`, `kind` for `object_id`: the field that says of which model the id is."""
    if not field.name.endswith("_id"):
        return ""
    beside = f"{field.name.removesuffix('_id')}_kind"
    if beside in names:
        return beside
    return "kind" if field.name in {"record_id", "object_id", "row_id"} and "kind" in names else ""
