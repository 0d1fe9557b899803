"""What feedback brings to the floors below, registered when the program starts."""

from django.urls import reverse

from wellheard.core.models import Member
from wellheard.core.navigation import Place, register_place
from wellheard.customers.models import Account, Person
from wellheard.customers.offers import Offer, register_offer
from wellheard.customers.purposes import NEWS, register_mail_purpose
from wellheard.feedback import (  # noqa: F401  indicators register themselves
    customer_holdings,
    evidence,
    heard_words,
    home,
    indicators,
    thread,
)
from wellheard.feedback.actions.notices import ask_to_write
from wellheard.feedback.alerting import alert_owner
from wellheard.feedback.models import Statement
from wellheard.feedback.rules import Reaction, register_reaction
from wellheard.feedback.telling import MAIL_PURPOSE
from wellheard.improvement.after import register_after_closing

MOST_COUNTED = 1000


def waiting_for(member: Member) -> int:
    """How many statements wait for someone, as far as this member may see; counted up to a limit, on every page."""
    return Statement.objects.visible_to(member).waiting()[:MOST_COUNTED].count()


def note_for(record: Account | Person) -> str:
    """The form to note what this customer said."""
    return f"{reverse('feedback:new')}?{'account' if isinstance(record, Account) else 'person'}={record.pk}"


thread.register()
heard_words.register()
customer_holdings.register()
evidence.register()
home.register()
register_after_closing(ask_to_write)
register_mail_purpose(MAIL_PURPOSE, NEWS)
register_reaction(Reaction("alert_owner", "alert the owner", alert_owner, is_promised=True))
register_place(
    Place("Listen", "Feedback", "feedback:list", order=20, permission="feedback.see_statement", count=waiting_for)
)
register_offer(Offer("Note what they said", note_for, "feedback.hear"))
