"""Who sees and sends personalised messages."""

from wellheard.core.access import EVERYWHERE, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import Mailing, MailingRecipient, MessageTemplate
from wellheard.customers.permissions.roles import READERS, STEWARDS, through

declare("customers.see_messagetemplate", MessageTemplate, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_mailing", Mailing, READERS)
declare("customers.see_mailingrecipient", MailingRecipient, through("mailing__site_id", READERS))
declare_each(
    ("customers.write_template", "customers.change_template", "customers.retire_template"),
    MessageTemplate,
    dict.fromkeys(STEWARDS, EVERYWHERE),
)
declare_each(
    (
        "customers.draft_mailing",
        "customers.approve_mailing",
        "customers.stop_mailing",
        "customers.go_on_with_mailing",
    ),
    Mailing,
    STEWARDS,
)
declare("customers.end_mailing", Mailing, {Role.SYSTEM: EVERYWHERE})
declare_each(
    ("customers.write_to_recipient", "customers.leave_out_recipient"), MailingRecipient, {Role.SYSTEM: EVERYWHERE}
)
