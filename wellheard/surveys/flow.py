"""Which status of a survey follows which."""

from django.db import models

from wellheard.core.flow import Flow, move


class Status(models.TextChoices):
    """Where a survey stands. An imported survey is closed from the start: nobody can answer it here."""

    DRAFT = "draft", "being written"
    OPEN = "open", "open for answers"
    CLOSED = "closed", "closed"


SURVEY_FLOW = Flow(
    {
        "open": move(Status.DRAFT, to=Status.OPEN),
        "close": move(Status.OPEN, to=Status.CLOSED),
        "reopen": move(Status.CLOSED, to=Status.OPEN),
    },
    words=dict(Status.choices),
)
