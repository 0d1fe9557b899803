"""Who does something: a member, the system itself, or a customer without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.db import models


class Role(models.TextChoices):
    """What a member may be. The last two are nobody's account: jobs of ours, and people on the public pages."""

    ADMINISTRATOR = "administrator", "Administrator"
    QUALITY_MANAGER = "quality_manager", "Quality manager"
    ANALYST = "analyst", "Analyst"
    FRONT_LINE = "front_line", "Front line"
    PROCESS_OWNER = "process_owner", "Process owner"
    TOP_MANAGEMENT = "top_management", "Top management"
    EMPLOYEE = "employee", "Employee"
    AUDITOR = "auditor", "Auditor"
    SYSTEM = "system", "The system"
    PUBLIC = "public", "The public"


MEMBER_ROLES = tuple(role for role in Role if role not in {Role.SYSTEM, Role.PUBLIC})


@dataclass(frozen=True)
class Held:
    """A role, and the site where it is held; no site means every site."""

    role: str
    site_id: int | None = None


@runtime_checkable
class Actor(Protocol):
    """Anyone who can do something. `actor_id` is opaque: the trail keeps it after the person is forgotten."""

    @property
    def actor_id(self) -> str: ...

    @property
    def display_name(self) -> str: ...

    def held(self) -> Sequence[Held]: ...


@dataclass(frozen=True)
class System:
    """Wellheard itself, with the name of the job: `System("verdicts")`."""

    name: str

    @property
    def actor_id(self) -> str:
        return f"system:{self.name}"

    @property
    def display_name(self) -> str:
        return "Wellheard"

    def held(self) -> Sequence[Held]:
        return (Held(Role.SYSTEM),)


@dataclass(frozen=True)
class Public:
    """A customer on a public page, known by a key that says nothing about the person: `Public("case:17")`."""

    key: str = "page"
    name: str = "The customer"

    @property
    def actor_id(self) -> str:
        return f"public:{self.key}"

    @property
    def display_name(self) -> str:
        return self.name

    def held(self) -> Sequence[Held]:
        return (Held(Role.PUBLIC),)
