"""Scheduled jobs: the slot that was last claimed. However many workers there are, each slot is run once."""

from django.db import models


class JobRun(models.Model):
    """One row a job. A worker claims a slot by moving `slot` forward; who comes second changes no row."""

    name = models.CharField(max_length=100, unique=True)
    slot = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True, help_text="of the last run that failed")
    fault_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
