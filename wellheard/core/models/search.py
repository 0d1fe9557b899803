"""What the search finds. The words are those of `ground.text.normalise`, so both databases give the same hits."""

from django.db import models


class SearchEntry(models.Model):
    """A searchable record. FTS5 (SQLite) or a text vector (PostgreSQL) over `words` is kept up to date by triggers."""

    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="a_record_is_indexed_once")]
