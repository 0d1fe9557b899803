"""Who looks after a case, and who looks at it again."""

from django.db.models import Count, Q, QuerySet

from wellheard.cases.flow import Status
from wellheard.cases.models import Case
from wellheard.core.actors import Role
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Site


def holders(role: Role, site: Site, *, without: int | None = None) -> QuerySet[Member]:
    """Active members with this role at the site or everywhere, those with the fewest unfinished cases first."""
    rows: QuerySet[Member] = Member.objects.get_queryset()
    return (
        rows.filter(Q(grants__site=site) | Q(grants__site=None), grants__role=role, is_active=True)
        .exclude(pk=without or 0)
        .annotate(busy=Count("cases", filter=~Q(cases__status=Status.CLOSED), distinct=True))
        .order_by("busy", "pk")
    )


def owner_for(site: Site, subject: Member | None = None) -> Member:
    """The front-line member with the fewest unfinished cases; where there is none, a quality manager. Never the person
    whom it is about. Among equals the first who joined, so that the choice can be explained."""
    without = subject.pk if subject is not None else None
    for role in (Role.FRONT_LINE, Role.QUALITY_MANAGER):
        if (found := holders(role, site, without=without).first()) is not None:
            return found
    raise Refusal(
        f"Nobody looks after cases at {site.name}, so this one was not opened. Give someone there the role "
        "“Front line” or “Quality manager”, then open it again.",
        code="nobody",
    )


def manager_for(case: Case, *, other_than_owner: bool = False) -> Member:
    """The quality manager who is alerted about a case; with `other_than_owner` somebody else than its owner where there is
    one. Without any, it stays with the owner."""
    managers = holders(Role.QUALITY_MANAGER, case.site, without=case.subject_member_id)
    if other_than_owner:
        managers = managers.exclude(pk=case.owner_id)
    return managers.first() or case.owner
