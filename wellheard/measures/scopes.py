"""Scope fields that several indicators share."""

from wellheard.core.models import Site
from wellheard.measures.catalogue import ScopeField


def site_field() -> ScopeField:
    """Which site; the value is its id."""
    sites = Site.objects.order_by("name").values_list("pk", "name")
    return ScopeField("site", "Site", tuple((str(pk), name) for pk, name in sites))
