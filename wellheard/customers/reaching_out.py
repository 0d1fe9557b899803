"""How consent and messages take part in what stands below and beside them; registered when the program starts."""

from datetime import datetime

from wellheard.core.actors import System
from wellheard.core.outbox import register_bounce_hook, register_gate
from wellheard.customers import consent_part
from wellheard.customers.actions.consent import note_bounce
from wellheard.customers.consent import mail_gate


def bounced(to: str, said: str, at: datetime) -> None:
    """A mail server does not know this address."""
    note_bounce(to, said, System("outbox"), at=at)


def register() -> None:
    """Ask us about every mail that leaves, tell us of addresses that do not exist."""
    register_gate(mail_gate)
    register_bounce_hook(bounced)
    consent_part.register()
