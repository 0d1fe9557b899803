"""Who sees and decides what customers ask about their data."""

from wellheard.core.access import EVERYWHERE, declare
from wellheard.customers.models import LegalHold, PrivacyRequest, RetentionRule
from wellheard.customers.permissions.roles import READERS

declare("customers.see_privacyrequest", PrivacyRequest, READERS)
declare("customers.see_legalhold", LegalHold, READERS)
declare("customers.see_retentionrule", RetentionRule, dict.fromkeys(READERS, EVERYWHERE))
