"""Typed links between any two records, each carrying the fingerprint of the version it was made against."""

from django.db import models

from wellheard.core.records import Record


class Link(Record):
    """`source` → `target`: a statement *raised* a case, a case *opened* an action, an action *is told by* a notice."""

    source_kind = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    target_kind = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    role = models.CharField(max_length=30)
    target_fingerprint = models.CharField(max_length=64, blank=True, help_text="when last looked at")
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField()

    # A digest of a customer's words without a salt: short words could be found again by trying.
    trail_personal = frozenset({"target_fingerprint"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "role", "target_kind", "target_id"], name="a_link_is_made_once"
            )
        ]
        indexes = [models.Index(fields=["target_kind", "target_id"], name="link_target")]

    def __str__(self) -> str:
        return f"{self.source_kind}:{self.source_id} {self.role} {self.target_kind}:{self.target_id}"
