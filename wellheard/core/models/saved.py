"""Saved views of lists: filters and order under a name."""

from django.conf import settings
from django.db import models

from wellheard.core.records import Record


class SavedView(Record):
    """A member's own view of a list: the query string, under a name."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)

    trail_personal = frozenset({"name", "query"})  # what was searched for may be somebody’s name

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "page", "name"], name="a_view_is_saved_once_under_a_name")
        ]

    def __str__(self) -> str:
        return self.name
