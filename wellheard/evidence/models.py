"""What evidence keeps of its own: the checks of the trail, and how many gaps there were on a day."""

from django.db import models

from wellheard.core.records import Record


class TrailCheck(Record):
    """Somebody, or the daily job, checked the whole trail: the result, to be shown until the next one."""

    at = models.DateTimeField()
    entries = models.BigIntegerField()
    checkpoints = models.IntegerField()
    is_whole = models.BooleanField()
    first_broken = models.CharField(
        max_length=100, blank=True, help_text="an entry's number, or kind:id of a sealed row"
    )
    faults = models.JSONField(default=list, help_text="sentences, the first of them")
    head_digest = models.CharField(max_length=64, help_text="of the newest entry that was checked")

    class Meta:
        indexes = [models.Index(fields=["at"], name="trail_check_at")]

    def __str__(self) -> str:
        return f"Trail of {self.entries:,} entries, {'whole' if self.is_whole else 'broken'}"


class GapCount(Record):
    """How many gaps an edition had on a day: the home page's sentence, and day by day a trend."""

    edition = models.CharField(max_length=4)
    on = models.DateField()
    counted_at = models.DateTimeField()
    by_basis = models.JSONField(default=dict, help_text="basis → number of gaps")
    foremost = models.JSONField(default=list, help_text="the gravest gaps, as {slug, title, kind, id, owner}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "on"], name="gaps_are_counted_once_a_day")]

    def __str__(self) -> str:
        return f"{self.total} gaps on {self.on}"

    @property
    def total(self) -> int:
        return sum(int(number) for number in self.by_basis.values())
