"""Sites: as a scope field that several indicators share, and as the choices of a form."""

from wellheard.core import access
from wellheard.core.models import Member, Site
from wellheard.measures.catalogue import ScopeField


def site_field() -> ScopeField:
    """Which site; the value is its id."""
    sites = Site.objects.order_by("name").values_list("pk", "name")
    return ScopeField("site", "Site", tuple((str(pk), name) for pk, name in sites))


def sites_where(member: Member, permission: str) -> list[Site]:
    """The sites at which this member may do it, for the choices of a form."""
    granting = access.TABLE[permission].grants
    held = [grant for grant in member.held() if grant.role in granting]
    if not held:
        return []
    sites = Site.objects.order_by("name")
    if any(grant.site_id is None for grant in held):
        return list(sites)
    return list(sites.filter(pk__in={grant.site_id for grant in held}))
