"""Inviting: a mail with the link that works once, written into the outbox."""

from datetime import datetime

from django.conf import settings

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Organisation
from wellheard.core.outbox import post
from wellheard.web.accounts import DAYS, first_link

TEXT = """Hello {name},

{organisation} works with Wellheard, and you have an account there. Open this page to choose your password:

{link}

The link works once, for {days} days. Nobody but you should have it.
"""


@action("core.invite_member")
def invite(member: Member, by: Actor, *, at: datetime) -> None:
    """Write the member a mail with their present sign-in link."""
    link = address_of(member)
    post(
        member.email,
        "Your account in Wellheard",
        TEXT.format(name=member.name, organisation=Organisation.current().name, link=link, days=DAYS),
        key=f"invite:{member.pk}:{at.isoformat()}",
        purpose="invitation",
        at=at,
        about=member,
    )


def address_of(member: Member) -> str:
    """The whole address of the member's sign-in link, to be handed over by any way."""
    return f"{settings.PUBLIC_URL}{first_link(member)}"
