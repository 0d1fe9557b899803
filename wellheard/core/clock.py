"""Working calendars of sites, as `ground.working_time` wants them."""

from datetime import date, datetime

import holidays as public_holidays

from wellheard.core.models.organisation import Holiday, Site
from wellheard.ground.working_time import Calendar, Interval


def calendar_of(site: Site, first_year: int, last_year: int) -> Calendar:
    """The site's hours, with the public holidays of its region and its own, over these years."""
    years = range(first_year, last_year + 1)
    named: dict[date, str] = {}
    if site.country:
        region = site.region or None
        try:
            named = dict(public_holidays.country_holidays(site.country, subdiv=region, years=years, language="en_US"))
        except NotImplementedError:
            named = {}
    for own in Holiday.objects.filter(site=site, on__year__gte=first_year, on__year__lte=last_year):
        if own.works:
            named.pop(own.on, None)
        else:
            named[own.on] = own.name
    return Calendar(zone=site.time_zone, week=week_of(site.week), holidays=named)


def week_of(stored: dict[str, list[list[str]]]) -> dict[int, tuple[Interval, ...]]:
    """The stored hours as intervals."""
    return {int(day): tuple(Interval.from_json(pair) for pair in spans) for day, spans in stored.items() if spans}


def calendar_around(site: Site, moment: datetime) -> Calendar:
    """The calendar over last year, this and the next: enough for any promise made around this moment."""
    return calendar_of(site, moment.year - 1, moment.year + 1)
