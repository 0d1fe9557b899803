"""Files, by what they hold: the same bytes are kept once."""

from django.db import models

from wellheard.core.models.organisation import Site
from wellheard.core.records import Record


class StoredFile(Record):
    """A file that someone gave us. The bytes lie in the storage under their SHA-256; the row says whose name it bore."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True)
    kept_at = models.DateTimeField()

    trail_personal = frozenset({"name"})

    class Meta:
        indexes = [models.Index(fields=["about_kind", "about_id"], name="file_about")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"
