"""The trail's rows. Triggers in the database refuse to change or remove entries, checkpoints and seals."""

from django.db import models


class TrailHead(models.Model):
    """One row a chain, created by the migration; locked while an entry is appended."""

    chain = models.CharField(max_length=20, unique=True)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)


class TrailEntry(models.Model):
    """One thing that happened. `body` is the exact text that was hashed; the columns are copies of it, to search by."""

    chain = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    prev_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    body = models.TextField()
    body_version = models.SmallIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.CharField(max_length=100)
    action = models.CharField(max_length=100)
    did = models.CharField(max_length=10)
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="trail_seq_once"),
            # A fork of the chain is an error, never silence.
            models.UniqueConstraint(fields=["chain", "prev_digest"], name="trail_predecessor_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id", "seq"], name="trail_object"),
            models.Index(fields=["at"], name="trail_at"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class TrailPersonal(models.Model):
    """A personal value behind a salted digest in an entry. Erasing the row leaves the chain whole."""

    chain = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    field = models.CharField(max_length=60)
    side = models.SmallIntegerField(help_text="0 before, 1 after")
    salt = models.CharField(max_length=64)
    value = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["chain", "seq"], name="trail_personal_entry")]


class TrailCheckpoint(models.Model):
    """The head as it was on a day, to be kept outside of the system too: a chain alone can't show a cut-off tail."""

    chain = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    count = models.BigIntegerField()
    at = models.DateTimeField()
    signature = models.TextField(blank=True)
    anchored_in = models.CharField(max_length=200, blank=True, help_text="where a copy was sent")


class TrailSeal(models.Model):
    """Rows that arrive too quickly for an entry each: their digests form a Merkle tree, whose root is one entry."""

    kind = models.CharField(max_length=60)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    root = models.CharField(max_length=64)
    seq = models.BigIntegerField(help_text="the entry that holds the root")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "first_id"], name="trail_seal_first")]


class TrailRemoval(models.Model):
    """A sealed row that an action took back (an import undone): its digest stays, so that its seal can still be checked.

    `root` is the Merkle root over all that the action removed; the action's own entry holds it.
    """

    kind = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    seal_id = models.BigIntegerField()
    root = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["seal_id"], name="trail_removal_seal")]
