"""Days by the clocks of a site, so that a month of statements begins there at midnight, whoever looks at it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from wellheard.core.models import Site


def zone_of(site_id: int | None = None) -> ZoneInfo:
    """The zone of this site; without one, of the organisation's first site."""
    sites = Site.objects.order_by("pk")
    found = sites.filter(pk=site_id) if site_id is not None else sites
    return ZoneInfo(found.values_list("time_zone", flat=True).first() or "UTC")


def on_days(field: str, first: date | None, last: date | None, zone: ZoneInfo) -> Q:
    """Rows whose moment lies on one of these days there, both included; without a day that end is open."""
    wanted = Q()
    # At the ends of the calendar there is no midnight to compare with; nothing lies beyond them either.
    if first is not None and first.year > 1:
        wanted &= Q(**{f"{field}__gte": datetime.combine(first, time.min, zone)})
    if last is not None and last.year < 9999:
        wanted &= Q(**{f"{field}__lt": datetime.combine(last + timedelta(days=1), time.min, zone)})
    return wanted
