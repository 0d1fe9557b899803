"""Which status follows which, and how people say it."""

from django.db import models

from wellheard.core.flow import Flow, move


class Status(models.TextChoices):
    """Where a case stands. The words are for us; the customer's page has its own."""

    RECEIVED = "received", "new, to be acknowledged"
    ACKNOWLEDGED = "acknowledged", "acknowledged, to be assessed"
    ASSESSED = "assessed", "assessed, to be investigated"
    INVESTIGATING = "investigating", "waiting for our answer"
    ANSWERED = "answered", "answered, waiting for the customer"
    CLOSED = "closed", "closed"


OPEN = (Status.RECEIVED, Status.ACKNOWLEDGED, Status.ASSESSED, Status.INVESTIGATING)
"""The customer waits for our answer. `answered` waits for the customer's word, `closed` for nobody."""

CASE_FLOW = Flow(
    {
        "acknowledge": move(Status.RECEIVED, to=Status.ACKNOWLEDGED),
        "assess": move(Status.ACKNOWLEDGED, to=Status.ASSESSED),
        # Findings may be added for as long as there is no answer.
        "investigate": move(Status.ASSESSED, Status.INVESTIGATING, to=Status.INVESTIGATING),
        # A small matter may be answered at once; `actions.answer` holds back the serious ones.
        "answer": move(Status.ASSESSED, Status.INVESTIGATING, to=Status.ANSWERED),
        "close": move(Status.ANSWERED, to=Status.CLOSED),
        "withdraw": move(*OPEN, to=Status.CLOSED),
        "reopen": move(Status.ANSWERED, Status.CLOSED, to=Status.INVESTIGATING),
    },
    words={str(status): str(status.label) for status in Status},
)
