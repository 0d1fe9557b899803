"""Signatures: credentials asked again, a meaning, and the digest of exactly what was shown."""

from django.conf import settings
from django.db import models

from wellheard.core.records import Record


class Signature(Record):
    """Someone put their name to something. When the content changes, its digest no longer matches: superseded."""

    class Meaning(models.TextChoices):
        REVIEWED = "reviewed", "reviewed"
        APPROVED = "approved", "approved"
        VERIFIED = "verified", "verified"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    name_shown = models.CharField(max_length=200)
    meaning = models.CharField(max_length=20, choices=Meaning.choices)
    about_kind = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    content_digest = models.CharField(max_length=64)
    method = models.CharField(max_length=40, default="password")
    at = models.DateTimeField()

    trail_personal = frozenset({"name_shown"})

    class Meta:
        indexes = [models.Index(fields=["about_kind", "about_id"], name="signature_about")]

    def __str__(self) -> str:
        return f"{self.get_meaning_display()} by {self.name_shown}"
