"""Reading what the standard asks for from the data files; whatever is wrong in them stops the start, with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, get_args

import yaml

from wellheard.evidence.collectors import Basis

BASES: tuple[Basis, ...] = get_args(Basis)
DOCUMENTED = ("retained", "not required")
DEFAULT_EDITION = "2015"


class BadStandard(ValueError):
    """A data file says something that can't be; the sentence names the file and the place."""


@dataclass(frozen=True)
class Nothing:
    """What it means when nothing shows a requirement: the basis on which that is a gap, and why it matters. With `given`
    it is one only when something shows the requirement of that slug."""

    basis: Basis
    why: str
    given: str = ""


@dataclass(frozen=True)
class Fresh:
    """How old, in days, the newest evidence may be by our own rule, and why."""

    days: int
    why: str


@dataclass(frozen=True)
class Requirement:
    """Something that an auditor asks for, in our own words. `slug` is its name in every edition."""

    slug: str
    title: str
    must: str
    asks: str
    documented: str
    nothing: Nothing
    fresh: Fresh | None = None


@dataclass(frozen=True)
class Listed:
    """A requirement as an edition numbers it. The numbers are for reading only."""

    requirement: Requirement
    clauses: tuple[str, ...]
    edition: str = ""

    @property
    def slug(self) -> str:
        return self.requirement.slug

    @property
    def clause_words(self) -> str:
        """`Clause 9.1.2`, `Clauses 10.2.1 a and 10.2.2`."""
        return f"Clause{'s' if len(self.clauses) > 1 else ''} {' and '.join(self.clauses)}"


@dataclass(frozen=True)
class Edition:
    """An edition of the standard: the requirements that it holds, in the order of its clauses."""

    year: str
    title: str
    caution: str
    note: str
    listed: tuple[Listed, ...]

    def get(self, slug: str) -> Listed | None:
        """The requirement of this name, if this edition holds it."""
        return next((each for each in self.listed if each.slug == slug), None)


@cache
def requirements() -> Mapping[str, Requirement]:
    """Every requirement, by slug."""
    found: dict[str, Requirement] = {}
    for number, entry in enumerate(_list(_read("requirements.yaml"), "requirements", "requirements.yaml"), start=1):
        requirement = _requirement(entry, f"requirements.yaml, entry {number}")
        if requirement.slug in found:
            raise BadStandard(f"requirements.yaml names {requirement.slug} twice.")
        found[requirement.slug] = requirement
    for requirement in found.values():
        if requirement.nothing.given and requirement.nothing.given not in found:
            raise BadStandard(
                f"requirements.yaml, {requirement.slug}: there is no {requirement.nothing.given} to be given."
            )
    return found


@cache
def editions() -> Mapping[str, Edition]:
    """Every edition that the product knows, by year, the oldest first."""
    names = sorted(each.name for each in _folder().iterdir() if each.name.startswith("iso9001-"))
    found = [_edition(_read(name), name) for name in names]
    return {each.year: each for each in found}


def get_edition(year: str) -> Edition | None:
    """The edition of this year, if the product knows it."""
    return editions().get(year)


def _folder() -> Any:
    return resources.files("wellheard.evidence.standards")


def _read(name: str) -> dict[str, Any]:
    try:
        said = yaml.safe_load(_folder().joinpath(name).read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise BadStandard(f"{name} can't be read: {fault}") from fault
    if not isinstance(said, dict):
        raise BadStandard(f"{name} is not a set of names with values.")
    return said


def _requirement(entry: Any, where: str) -> Requirement:
    nothing, fresh = _part(entry, "nothing", where), entry.get("fresh")
    basis = next((each for each in BASES if each == nothing.get("basis")), None)
    documented = _text(entry, "documented", where)
    if basis is None:
        raise BadStandard(f"{where}: the basis “{nothing.get('basis')}” is none of {', '.join(BASES)}.")
    if documented not in DOCUMENTED:
        raise BadStandard(f"{where}: documented is “{documented}”, which is none of {', '.join(DOCUMENTED)}.")
    if fresh is not None and (not isinstance(fresh.get("days"), int) or fresh["days"] < 1):
        raise BadStandard(f"{where}, fresh: days is not a whole number from 1.")
    return Requirement(
        slug=_text(entry, "slug", where),
        title=_text(entry, "title", where),
        must=_text(entry, "must", where),
        asks=_text(entry, "asks", where),
        documented=documented,
        nothing=Nothing(basis, _text(nothing, "why", f"{where}, nothing"), str(nothing.get("given", ""))),
        fresh=Fresh(fresh["days"], _text(fresh, "why", f"{where}, fresh")) if fresh is not None else None,
    )


def _edition(said: dict[str, Any], name: str) -> Edition:
    listed = []
    for slug, numbers in _part(said, "clauses", name).items():
        requirement = requirements().get(slug)
        if requirement is None:
            raise BadStandard(f"{name} lists {slug}, which requirements.yaml doesn't know.")
        if not isinstance(numbers, list) or not numbers or not all(isinstance(each, str) for each in numbers):
            raise BadStandard(f"{name}: the clauses of {slug} are not a list of texts.")
        listed.append(Listed(requirement, tuple(numbers), str(said.get("edition", ""))))
    return Edition(
        year=_text(said, "edition", name),
        title=_text(said, "title", name),
        caution=_text(said, "caution", name),
        note=_text(said, "note", name),
        listed=tuple(listed),
    )


def _part(said: Any, key: str, where: str) -> dict[str, Any]:
    part = said.get(key) if isinstance(said, dict) else None
    if not isinstance(part, dict):
        raise BadStandard(f"{where} has no {key}.")
    return part


def _list(said: dict[str, Any], key: str, where: str) -> list[Any]:
    part = said.get(key)
    if not isinstance(part, list):
        raise BadStandard(f"{where} has no list of {key}.")
    return part


def _text(said: Any, key: str, where: str) -> str:
    text = said.get(key) if isinstance(said, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise BadStandard(f"{where} has no {key}.")
    return text.strip()
