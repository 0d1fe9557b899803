"""Members: the people with an account, the roles they hold and where."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from wellheard.core.actors import Held, Role
from wellheard.core.models.organisation import Site
from wellheard.core.records import Record, RecordQuerySet


class MemberManager(BaseUserManager["Member"]):
    """Members by their mail address, whatever its case."""

    def get_queryset(self) -> RecordQuerySet["Member"]:
        return RecordQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email__iexact=username)

    def visible_to(self, actor: Any) -> RecordQuerySet["Member"]:
        return self.get_queryset().visible_to(actor)


class Member(AbstractBaseUser, Record):
    """Someone with an account. Leavers are deactivated, never deleted: their records stay theirs."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="members")
    language = models.CharField(max_length=8, default="en")
    theme = models.CharField(max_length=5, blank=True, choices=[("light", "light"), ("dark", "dark")])
    job_title = models.CharField(max_length=200, blank=True)
    read_only_until = models.DateField(null=True, blank=True, help_text="an auditor's account ends on this day")
    is_active = models.BooleanField(default=True)
    is_staff = False
    is_superuser = False

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = MemberManager()  # type: ignore[assignment,misc]

    trail_personal = frozenset({"email", "name", "job_title"})
    trail_left_out = frozenset({"password", "last_login", "theme"})
    # Password hashes, the last sign-in and the theme are nobody's decision about a customer.
    written_freely = trail_left_out
    fingerprint_fields: ClassVar = ("email", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def actor_id(self) -> str:
        return f"member:{self.pk}"

    @property
    def display_name(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split() or ["?"]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    def held(self) -> Sequence[Held]:
        """The roles held, read once for each member in hand; none once deactivated."""
        if not self.is_active:
            return ()
        cached: tuple[Held, ...] | None = self.__dict__.get("_held")
        if cached is None:
            cached = tuple(Held(grant.role, grant.site_id) for grant in self.grants.all())
            self.__dict__["_held"] = cached
        return cached

    def has_role(self, *roles: str) -> bool:
        """Is any of these roles held, anywhere?"""
        return any(held.role in roles for held in self.held())

    @property
    def is_read_only(self) -> bool:
        """Auditors and nothing else: every write is refused, whatever the page."""
        roles = {held.role for held in self.held()}
        return bool(roles) and roles == {Role.AUDITOR.value}


Member._meta.base_manager_name = "objects"  # as records' own: its first parent is Django's


class RoleGrant(Record):
    """A role held by a member: at one site, or everywhere when no site is named."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "role", "site"], name="a_role_is_held_once_a_site"),
            models.UniqueConstraint(
                fields=["member", "role"], condition=Q(site__isnull=True), name="a_role_is_held_once_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.site or 'every site'}"


class ApiToken(Record):
    """A key for programs, acting as a member. Only its digest is kept."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    trail_left_out = frozenset({"digest", "last_used_on"})
    written_freely = frozenset({"last_used_on"})

    def __str__(self) -> str:
        return self.name
