"""Whom of us one can name in a form."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from wellheard.core.actors import Role
from wellheard.core.models import Member
from wellheard.core.models.members import RoleGrant


def who_can_look_after(member: Member, present: object = None) -> QuerySet[Member]:
    """The members to choose from as owner, or as the one who heard, by name: those who are active and may write at all.

    `present` is who stands there already (a member, an id, or None): they stay to choose, so that correcting something else
    takes nobody off the record.
    """
    held = RoleGrant.objects.filter(member=OuterRef("pk"))
    only_reads = Exists(held.filter(role=Role.AUDITOR)) & ~Exists(held.exclude(role=Role.AUDITOR))
    can = Q(is_active=True) & ~Q(only_reads)
    stands = Q(pk=getattr(present, "pk", present) or -1)
    return Member.objects.visible_to(member).filter(can | stands).order_by("name", "pk")
