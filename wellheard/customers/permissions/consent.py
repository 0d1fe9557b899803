"""Who sees and notes what customers agreed to."""

from wellheard.core.access import EVERYWHERE, declare
from wellheard.customers.models import Consent, ConsentText, Purpose, Suppression
from wellheard.customers.permissions.roles import READERS, STEWARDS, through

declare("customers.see_purpose", Purpose, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_consenttext", ConsentText, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_consent", Consent, through("person__site_id", READERS))
declare("customers.see_suppression", Suppression, dict.fromkeys(STEWARDS, EVERYWHERE))
