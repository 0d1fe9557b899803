"""Who sees and decides what customers ask about their data."""

from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import LegalHold, PrivacyRequest, RetentionRule
from wellheard.customers.permissions.roles import KEEPERS, READERS

DECIDERS: dict[Role, Scope] = {
    Role.ADMINISTRATOR: EVERYWHERE,
    Role.QUALITY_MANAGER: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}
"""Who hands out files, erases and keeps."""

declare("customers.see_privacyrequest", PrivacyRequest, READERS)
declare("customers.see_legalhold", LegalHold, READERS)
declare("customers.see_retentionrule", RetentionRule, dict.fromkeys(READERS, EVERYWHERE))
declare_each(("customers.receive_request", "customers.check_identity"), PrivacyRequest, KEEPERS)
declare_each(("customers.take_access_file", "customers.end_request", "customers.erase"), PrivacyRequest, DECIDERS)
declare("customers.erase_slice", PrivacyRequest, {Role.SYSTEM: EVERYWHERE})
declare_each(("customers.set_hold", "customers.lift_hold"), LegalHold, DECIDERS)
declare("customers.set_retention", RetentionRule, {Role.ADMINISTRATOR: EVERYWHERE, Role.QUALITY_MANAGER: EVERYWHERE})
declare("customers.apply_retention", RetentionRule, {Role.SYSTEM: EVERYWHERE})
