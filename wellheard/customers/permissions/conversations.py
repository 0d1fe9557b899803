"""Who sees and writes down conversations."""

from wellheard.core.access import declare
from wellheard.customers.models import Conversation, HeardWords
from wellheard.customers.permissions.roles import READERS, through

declare("customers.see_conversation", Conversation, READERS)
declare("customers.see_heardwords", HeardWords, through("conversation__site_id", READERS))
