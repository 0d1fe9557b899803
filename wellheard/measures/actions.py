"""What people do with volumes."""

from datetime import date, datetime

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Site
from wellheard.ground.periods import month_of
from wellheard.measures.models import VolumeCount


@action("measures.count_volume")
def count_volume(
    what: str, month: date, count: int, by: Actor, *, at: datetime, site: Site, source: str = ""
) -> VolumeCount:
    """Say how many orders (or deliveries, visits) a site had in a month. Said again, it corrects the number; the trail
    keeps both. Refused for a month that has not ended: rates would be divided by half a month."""
    what, counted = what.strip().lower(), month_of(month)
    if not what:
        raise Refusal(
            "It isn't said what was counted, so nothing was saved. Name it, for example “orders”.", field="what"
        )
    if count < 0:
        raise Refusal(f"There can't be {count} {what}. Nothing was saved; enter how many there were.", field="count")
    if counted >= month_of(at.astimezone(site.zone).date()):
        raise Refusal(
            f"{counted} has not ended yet, so its {what} were not saved. Enter them when the month is over.",
            field="month",
        )
    volume = VolumeCount.objects.select_for_update().filter(site=site, what=what, month=counted.first).first()
    if volume is None:
        volume = VolumeCount(site=site, what=what, month=counted.first)
    volume.count = count
    volume.source = source or volume.source
    volume.save()
    return volume
