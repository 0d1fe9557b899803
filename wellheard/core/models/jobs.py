"""Scheduled runs, claimed in the database: however many workers there are, each run happens once."""

from django.db import models


class JobRun(models.Model):
    """One run of a scheduled job, in one slot of time."""

    name = models.CharField(max_length=100)
    slot = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="a_run_is_claimed_once")]
