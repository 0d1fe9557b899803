"""Import batches: what was read, what was guessed, a verdict for every row, and the way back."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db import models

from wellheard.core.models.files import StoredFile
from wellheard.core.records import Record


class ImportBatch(Record):
    """One run of an import. The original file is kept with its hash; the whole batch can be undone."""

    class Status(models.TextChoices):
        TRIED = "tried", "tried, nothing saved"
        DONE = "done", "imported"
        UNDONE = "undone", "taken back"

    reference = models.CharField(max_length=20, unique=True)
    import_kind = models.CharField(max_length=30)
    format = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    options = models.JSONField(default=dict)
    guessed = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.JSONField(default=list)
    left_out = models.JSONField(default=dict)
    created = models.JSONField(default=dict)
    verdicts = models.JSONField(
        default=dict, help_text="rows by what became of them; with the rejected ones they add up"
    )
    target_kind = models.CharField(max_length=60, blank=True)
    target_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.TRIED)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    summary: Sequence[str] = ()
    """What the import says beside its numbers; known only to whoever has just run it."""
    removed: Mapping[str, int] = MappingProxyType({})
    """What went when it was taken back, by its name; known only to whoever has just done that."""

    # What a row was rejected for quotes the row; mapping, answers and guesses quote its columns.
    trail_personal = frozenset({"rejected", "options", "guessed"})

    def __str__(self) -> str:
        return self.reference
