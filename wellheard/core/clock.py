"""Working calendars of sites, as `ground.working_time` wants them."""

from collections.abc import Sequence
from datetime import date, datetime

import holidays as public_holidays

from wellheard.core.models.organisation import Holiday, Site
from wellheard.ground.working_time import Calendar, Interval


def calendar_of(site: Site, first_year: int, last_year: int) -> Calendar:
    """The site's hours, with the public holidays of its region and its own, over these years."""
    years = range(first_year, last_year + 1)
    named = public_holidays_of(site.country, site.region, years)
    for own in Holiday.objects.filter(site=site, on__year__gte=first_year, on__year__lte=last_year):
        if own.works:
            named.pop(own.on, None)
        else:
            named[own.on] = own.name
    return Calendar(zone=site.time_zone, week=week_of(site.week), holidays=named)


def public_holidays_of(country: str, region: str, years: Sequence[int]) -> dict[date, str]:
    """The public holidays of a country, with those of its region; of the country alone when it has no such region."""
    regions = public_holidays.list_supported_countries(include_aliases=True)
    if country not in regions:
        return {}
    region_or_none = region if region in regions[country] else None
    return dict(public_holidays.country_holidays(country, subdiv=region_or_none, years=years, language="en_US"))


def holidays_are_known(country: str, region: str) -> bool:
    """Can the public holidays of this place be told? No country is fine: then there are none."""
    regions = public_holidays.list_supported_countries(include_aliases=True)
    return not (country or region) or (country in regions and (not region or region in regions[country]))


def week_of(stored: dict[str, list[list[str]]]) -> dict[int, tuple[Interval, ...]]:
    """The stored hours as intervals."""
    return {int(day): tuple(Interval.from_json(pair) for pair in spans) for day, spans in stored.items() if spans}


def calendar_around(site: Site, moment: datetime) -> Calendar:
    """The calendar over last year, this and the next: enough for any promise made around this moment."""
    return calendar_of(site, moment.year - 1, moment.year + 1)
