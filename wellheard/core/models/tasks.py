"""Tasks: anything with an owner and a due moment. Everyone's “my work” is this one list."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wellheard.core.models.organisation import Site
from wellheard.core.records import Record


class Task(Record):
    """An order to someone: “Answer Gärtnerei Holzapfel”. It is about a record, and ends when that is done."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        DONE = "done", "done"
        DROPPED = "dropped", "no longer needed"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    button = models.CharField(max_length=60, default="Open")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    url = models.CharField(max_length=300, blank=True, help_text="where the button leads")
    verb = models.CharField(max_length=60, blank=True, help_text="which step of the record this is; done with it")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True)
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    trail_personal = frozenset({"title", "note"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "verb"],
                condition=Q(status="open", about_id__isnull=False) & ~Q(verb=""),
                name="one_open_task_a_record_and_verb",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "due_at"], condition=Q(status="open"), name="task_open_of_owner"),
            models.Index(fields=["about_kind", "about_id"], name="task_about"),
        ]

    def __str__(self) -> str:
        return self.title
