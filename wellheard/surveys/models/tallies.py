"""Counters that scores and trends are read from: a month of one survey is a handful of rows, however many answered."""

from django.db import models

from wellheard.surveys.models.surveys import Question

COUNTERS = tuple(f"c{score}" for score in range(11))


class PeriodKind(models.TextChoices):
    """What a tally's period is."""

    DAY = "day", "day"
    MONTH = "month", "month"


class Tally(models.Model):
    """How often each score was given to a question in one period, segment, site and channel.

    No part of the key is ever null (site 0 and segment "" mean none), since nulls are never equal to one another.
    Written by `surveys.tallies` alone. c0 to c10 count the scores 0 to 10; a scale of 1 to 5 uses c1 to c5.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="tallies", db_index=False)
    period_kind = models.CharField(max_length=5, choices=PeriodKind.choices)
    period = models.DateField(help_text="the day, or the first day of the month")
    segment = models.CharField(max_length=100, default="", blank=True)
    site = models.BigIntegerField(default=0, help_text="the id of the site; 0 for none")
    channel = models.CharField(max_length=6)
    c0 = models.IntegerField(default=0)
    c1 = models.IntegerField(default=0)
    c2 = models.IntegerField(default=0)
    c3 = models.IntegerField(default=0)
    c4 = models.IntegerField(default=0)
    c5 = models.IntegerField(default=0)
    c6 = models.IntegerField(default=0)
    c7 = models.IntegerField(default=0)
    c8 = models.IntegerField(default=0)
    c9 = models.IntegerField(default=0)
    c10 = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "period_kind", "period", "segment", "site", "channel"], name="a_tally_has_one_row"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_kind} {self.period}"
