"""Who we are: the organisation, its sites, and the hours that they keep."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models

from wellheard.core.records import Record


def office_week() -> dict[str, list[list[str]]]:
    """Monday to Friday, 9 to 17; days are numbered from Monday, 0."""
    return {str(day): [["09:00", "17:00"]] for day in range(5)}


class Organisation(Record):
    """Ourselves; one row. The public pages carry its name and colour."""

    name = models.CharField(max_length=200)
    colour = models.CharField(max_length=7, default="#2c6a2f", help_text="for the public pages, as #rrggbb")
    default_language = models.CharField(max_length=8, default="en")
    mail_from = models.EmailField(blank=True)
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organisation":
        """The organisation, or an unsaved one before the first start."""
        return cls.objects.order_by("pk").first() or cls(name="Our organisation")


class Site(Record):
    """A place with its own hours, holidays and time zone. Most rights are held at a site."""

    name = models.CharField(max_length=200, unique=True)
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    week = models.JSONField(default=office_week, help_text="working hours: day number from Monday, list of from and to")
    country = models.CharField(max_length=2, blank=True, help_text="for public holidays, as DE")
    region = models.CharField(max_length=8, blank=True, help_text="for public holidays, as SN")

    fingerprint_fields: ClassVar = ("name", "time_zone", "week", "country", "region")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Holiday(Record):
    """A day on which a site is closed, beyond (or, with `works`, against) the public holidays of its region."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="own_holidays")
    on = models.DateField()
    name = models.CharField(max_length=200)
    works = models.BooleanField(default=False, help_text="a public holiday on which this site works all the same")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "on"], name="one_holiday_a_day_and_site")]

    def __str__(self) -> str:
        return f"{self.name}, {self.on}"
