"""Who sees our customers, and who may note something about them."""

from wellheard.core.access import EVERYWHERE, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import (
    Account,
    Address,
    Affiliation,
    ContactPoint,
    CustomField,
    ExternalId,
    Person,
)
from wellheard.customers.permissions.roles import HEARERS, KEEPERS, READERS

declare("customers.see_account", Account, READERS)
declare("customers.see_person", Person, READERS)
declare("customers.see_affiliation", Affiliation, READERS)
declare("customers.see_contactpoint", ContactPoint, READERS)
declare("customers.see_address", Address, READERS)
declare("customers.see_externalid", ExternalId, READERS)
declare("customers.see_customfield", CustomField, dict.fromkeys(READERS, EVERYWHERE))
declare_each(("customers.add_account", "customers.change_account"), Account, KEEPERS)
declare("customers.add_person", Person, HEARERS)
declare("customers.change_person", Person, KEEPERS)
declare("customers.stop_mail", Person, KEEPERS | {Role.PUBLIC: EVERYWHERE})
