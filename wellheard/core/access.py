"""Access: “may this member do this to this record” and “which records may this member see” are one table.

An app declares in its `permissions.py` who may do what, and where:

    declare("cases.acknowledge", Case, {Role.QUALITY_MANAGER: AT_SITE, Role.FRONT_LINE: AT_SITE})

Seeing is a permission like any other, named `<app>.see_<model>`. A name that nobody declared raises.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from wellheard.core.actors import Actor, Role
from wellheard.core.errors import NotAllowed, UnknownPermission

Row = TypeVar("Row", bound=Model)
Condition = Callable[[Actor, Any], str | None]


@dataclass(frozen=True)
class Scope:
    """Which records a role reaches: every one, those of its sites, or those tied to the member by `path`."""

    reach: str
    path: str = ""

    def q(self, actor: Actor, sites: frozenset[int] | None) -> Q:
        """The reach as a filter. `sites` is None when the role is held everywhere."""
        if self.reach == "everywhere" or (self.reach == "site" and sites is None):
            return Q()
        if self.reach == "site":
            return Q(**{f"{self.path}__in": sites or ()}) | Q(**{f"{self.path}__isnull": True})
        return Q(**{self.path: getattr(actor, "pk", None) or -1})

    def holds(self, actor: Actor, sites: frozenset[int] | None, record: Model) -> bool:
        """The same question about one record in hand."""
        if self.reach == "everywhere" or (self.reach == "site" and sites is None):
            return True
        value: Any = record
        for name in self.path.split("__"):
            # A record without such a field must raise: read as “no site” it would be open to every site.
            value = None if value is None else getattr(value, name)
        if self.reach == "site":
            return value is None or value in (sites or ())
        return value is not None and value == getattr(actor, "pk", None)


EVERYWHERE = Scope("everywhere")
AT_SITE = Scope("site", "site_id")  # records without a site concern every site


def at_site(path: str) -> Scope:
    """Records whose site is found at `path` (`"case__site_id"`)."""
    return Scope("site", path)


def own(path: str = "owner_id") -> Scope:
    """Records tied to the member at `path`."""
    return Scope("own", path)


@dataclass(frozen=True)
class Permission:
    name: str
    model: type[Model] | None
    grants: Mapping[str, tuple[Scope, ...]]
    unless: tuple[Condition, ...] = field(default=())


TABLE: dict[str, Permission] = {}


def declare(
    name: str,
    model: type[Model] | None,
    grants: Mapping[Role, Scope | tuple[Scope, ...]],
    *,
    unless: Condition | tuple[Condition, ...] = (),
) -> None:
    """Say who may do `name`. `unless` answers with a sentence when a permitted person still may not, or with None."""
    if name in TABLE:
        raise ValueError(f"{name} is declared twice")
    scopes = {str(role): scope if isinstance(scope, tuple) else (scope,) for role, scope in grants.items()}
    TABLE[name] = Permission(name, model, scopes, unless if isinstance(unless, tuple) else (unless,))


def declare_each(
    names: Sequence[str], model: type[Model] | None, grants: Mapping[Role, Scope | tuple[Scope, ...]]
) -> None:
    """Several verbs with the same grants."""
    for name in names:
        declare(name, model, grants)


def see(model: type[Model]) -> str:
    """The name of the permission to see a model's records."""
    return f"{model._meta.app_label}.see_{model._meta.model_name}"


def _reaches(actor: Actor, name: str) -> list[tuple[Scope, frozenset[int] | None]]:
    permission = TABLE.get(name)
    if permission is None:
        raise UnknownPermission(f"No permission is called {name}.")
    sites: dict[str, set[int] | None] = {}
    for held in actor.held():
        if held.site_id is None:
            sites[held.role] = None
        elif (known := sites.setdefault(held.role, set())) is not None:
            known.add(held.site_id)
    return [
        (scope, None if where is None else frozenset(where))
        for role, where in sites.items()
        for scope in permission.grants.get(role, ())
    ]


def refusal(actor: Actor, name: str, record: Model | None = None) -> str | None:
    """Why this actor may not, as a sentence; None when they may."""
    reaches = _reaches(actor, name)
    if record is None or record.pk is None:
        allowed = bool(reaches)
    else:
        allowed = any(scope.holds(actor, sites, record) for scope, sites in reaches)
    if not allowed:
        return "Your role does not include this. Ask an administrator if you need it."
    if record is not None:
        for condition in TABLE[name].unless:
            if sentence := condition(actor, record):
                return sentence
    return None


def may(actor: Actor, name: str, record: Model | None = None) -> bool:
    """May this actor do this (to this record)? Without a record: to any at all."""
    return refusal(actor, name, record) is None


def require(actor: Actor, name: str, record: Model | None = None) -> None:
    """Raise `NotAllowed` with the reason unless the actor may."""
    if sentence := refusal(actor, name, record):
        raise NotAllowed(sentence)


def visible(rows: QuerySet[Row], actor: Actor, name: str = "") -> QuerySet[Row]:
    """The rows that this actor may see."""
    reaches = _reaches(actor, name or see(rows.model))
    if not reaches:
        return rows.none()
    wanted = Q(pk__in=())
    for scope, sites in reaches:
        condition = scope.q(actor, sites)
        if not condition:
            return rows
        wanted |= condition
    return rows.filter(wanted)


def matrix() -> list[str]:
    """The whole table as lines, sorted: a snapshot of it is kept with the tests."""
    lines = []
    for name, permission in sorted(TABLE.items()):
        for role, scopes in sorted(permission.grants.items()):
            lines += [f"{name} {role} {scope.reach} {scope.path}".rstrip() for scope in scopes]
    return lines
