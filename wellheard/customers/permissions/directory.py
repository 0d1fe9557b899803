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
# Of accounts and people alike; both have a site.
declare_each(
    (
        "customers.set_lifecycle",
        "customers.set_tags",
        "customers.note_contact_point",
        "customers.note_address",
        "customers.affiliate",
        "customers.remember_external_id",
        "customers.put_back",
    ),
    Person,
    KEEPERS,
)
declare_each(("customers.change_contact_point", "customers.drop_contact_point"), ContactPoint, KEEPERS)
declare_each(("customers.change_address", "customers.drop_address"), Address, KEEPERS)
declare_each(("customers.change_affiliation", "customers.end_affiliation"), Affiliation, KEEPERS)
declare_each(
    ("customers.define_field", "customers.change_field", "customers.retire_field", "customers.use_field_again"),
    CustomField,
    dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.SYSTEM), EVERYWHERE),
)
