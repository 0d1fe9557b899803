"""Who sees and sends personalised messages."""

from wellheard.core.access import EVERYWHERE, declare
from wellheard.customers.models import Mailing, MailingRecipient, MessageTemplate
from wellheard.customers.permissions.roles import READERS, through

declare("customers.see_messagetemplate", MessageTemplate, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_mailing", Mailing, READERS)
declare("customers.see_mailingrecipient", MailingRecipient, through("mailing__site_id", READERS))
