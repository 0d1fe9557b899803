"""Who sees and notes what customers agreed to."""

from wellheard.core.access import EVERYWHERE, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import Consent, ConsentText, Person, Purpose, Suppression
from wellheard.customers.permissions.roles import KEEPERS, READERS, STEWARDS, through

declare("customers.see_purpose", Purpose, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_consenttext", ConsentText, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_consent", Consent, through("person__site_id", READERS))
declare("customers.see_suppression", Suppression, dict.fromkeys(STEWARDS, EVERYWHERE))
declare("customers.set_up_purposes", None, {Role.ADMINISTRATOR: EVERYWHERE, Role.SYSTEM: EVERYWHERE})
declare_each(("customers.change_purpose", "customers.word_consent"), Purpose, dict.fromkeys(STEWARDS, EVERYWHERE))
declare("customers.note_consent", Person, KEEPERS)
declare_each(("customers.unsubscribe", "customers.set_preferences"), Person, KEEPERS | {Role.PUBLIC: EVERYWHERE})
declare_each(("customers.suppress", "customers.lift_suppression"), Suppression, dict.fromkeys(STEWARDS, EVERYWHERE))
declare("customers.suppress_person", None, dict.fromkeys(STEWARDS, EVERYWHERE))
declare("customers.note_bounce", None, {Role.SYSTEM: EVERYWHERE})
