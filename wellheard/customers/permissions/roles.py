"""The usual answers to “who may?”, as far as customers are concerned."""

from wellheard.core.access import AT_SITE, EVERYWHERE, Scope
from wellheard.core.actors import Role

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
"""Who notes and corrects what we know."""
STEWARDS: dict[Role, Scope] = {
    Role.ADMINISTRATOR: EVERYWHERE,
    Role.QUALITY_MANAGER: AT_SITE,
    Role.ANALYST: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}
"""Who decides about segments, merges, imports, mailings and parties."""
HEARERS: dict[Role, Scope] = {
    role: EVERYWHERE
    for role in Role
    if role not in {Role.AUDITOR}  # whoever hears a customer may note who spoke, wherever that customer belongs
}


def through(path: str, roles: dict[Role, Scope]) -> dict[Role, Scope]:
    """The same roles for records whose site is found at `path` (`"conversation__site_id"`)."""
    return {role: Scope("site", path) if scope.reach == "site" else scope for role, scope in roles.items()}
