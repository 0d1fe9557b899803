"""Who may see the measures, and who counts the volumes that they are divided by."""

from wellheard.core.access import AT_SITE, EVERYWHERE, declare
from wellheard.core.actors import MEMBER_ROLES, Role
from wellheard.measures.models import VolumeCount

READERS = tuple(role for role in MEMBER_ROLES if role not in {Role.EMPLOYEE, Role.ADMINISTRATOR})

declare("measures.see_indicator", None, dict.fromkeys((*READERS, Role.SYSTEM), EVERYWHERE))
declare("measures.see_volumecount", VolumeCount, dict.fromkeys((*READERS, Role.SYSTEM), AT_SITE))
declare(
    "measures.count_volume",
    VolumeCount,
    dict.fromkeys((Role.QUALITY_MANAGER, Role.ANALYST, Role.PROCESS_OWNER, Role.SYSTEM), AT_SITE),
)
