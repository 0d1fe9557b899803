"""How many orders, deliveries or visits there were: what complaints are divided by."""

from collections import defaultdict
from datetime import date

from django.db import models

from wellheard.core.models import Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.ground.periods import month_of, months


class VolumeCountQuerySet(RecordQuerySet["VolumeCount"]):
    """Volumes, and the sums that indicators divide by."""

    def of(self, what: str) -> "VolumeCountQuerySet":
        return self.filter(what=what)

    def by_month(self, what: str, first: date, last: date, site_id: int | None = None) -> dict[date, int]:
        """The whole volume of each month that starts from `first` to `last`, of one site or of all.

        A month for which a site that had begun to count has no number is left out: dividing by part of the orders
        would make every rate look worse. A site that has closed enters 0.
        """
        rows = self.of(what).filter(month__lte=last)
        if site_id is not None:
            rows = rows.filter(site_id=site_id)
        counts: dict[int, dict[date, int]] = defaultdict(dict)
        for site, month, count in rows.values_list("site_id", "month", "count"):
            counts[site][month] = count
        began = {site: min(months) for site, months in counts.items()}
        sums = {}
        for month in (each.first for each in months(first, last) if each.first >= first):
            sites = [site for site, start in began.items() if start <= month]
            if sites and all(month in counts[site] for site in sites):
                sums[month] = sum(counts[site][month] for site in sites)
        return sums

    def kinds(self) -> list[str]:
        """What is counted anywhere: “orders”, “deliveries”."""
        return sorted(set(self.values_list("what", flat=True)))


class VolumeCount(Record):
    """How many of something a site had in a month: 2,020 orders in March 2026."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="volumes")
    what = models.CharField(max_length=60, help_text="in the plural, as people say it: orders")
    month = models.DateField(help_text="the first day of the month")
    count = models.PositiveBigIntegerField()
    source = models.CharField(max_length=200, blank=True, help_text="where the number comes from, in words")

    objects = VolumeCountQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "what", "month"], name="a_volume_is_counted_once_a_month_and_site")
        ]
        indexes = [models.Index(fields=["what", "month"], name="volume_what_month")]

    def __str__(self) -> str:
        return f"{self.count:,} {self.what}, {self.site}, {month_of(self.month)}"
