"""One numbering scheme for everything a person may have to read out: CAS-2026-0042."""

from django.db import models


class ReferenceCounter(models.Model):
    """The last number given for a prefix and a year."""

    prefix = models.CharField(max_length=8)
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_counter_a_prefix_and_year")]
