"""Who sees our customers, and who may note something about them."""

from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, declare, declare_each
from wellheard.core.actors import Role
from wellheard.customers.models import Account, Person, Segment

READERS: dict[Role, Scope] = {
    Role.ADMINISTRATOR: EVERYWHERE,
    Role.QUALITY_MANAGER: AT_SITE,
    Role.ANALYST: AT_SITE,
    Role.FRONT_LINE: AT_SITE,
    Role.PROCESS_OWNER: AT_SITE,
    Role.TOP_MANAGEMENT: AT_SITE,
    Role.AUDITOR: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}
KEEPERS: dict[Role, Scope] = {
    Role.ADMINISTRATOR: EVERYWHERE,
    Role.QUALITY_MANAGER: AT_SITE,
    Role.ANALYST: AT_SITE,
    Role.FRONT_LINE: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}
HEARERS: dict[Role, Scope] = {
    role: EVERYWHERE
    for role in Role
    if role not in {Role.AUDITOR}  # whoever hears a customer may note who spoke, wherever that customer belongs
}

declare("customers.see_account", Account, READERS)
declare("customers.see_person", Person, READERS)
declare("customers.see_segment", Segment, dict.fromkeys(READERS, EVERYWHERE))
declare(
    "customers.add_segment",
    None,
    dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.ANALYST, Role.SYSTEM), EVERYWHERE),
)
declare_each(("customers.add_account", "customers.change_account"), Account, KEEPERS)
declare("customers.add_person", Person, HEARERS)
declare("customers.change_person", Person, KEEPERS)
declare("customers.stop_mail", Person, KEEPERS | {Role.PUBLIC: EVERYWHERE})
