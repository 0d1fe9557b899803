"""Which status of a mailing follows which."""

from wellheard.core.flow import Flow, move
from wellheard.customers.models import Mailing

Status = Mailing.Status

MAILING_FLOW = Flow(
    {
        "approve": move(Status.DRAFT, to=Status.SENDING),
        "stop": move(Status.DRAFT, Status.SENDING, to=Status.STOPPED),
        "go_on": move(Status.STOPPED, to=Status.SENDING),
        "end": move(Status.SENDING, to=Status.SENT),
    },
    words={each.value: str(each.label) for each in Status},
)
