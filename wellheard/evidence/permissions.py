"""Who looks at the evidence, and who may have the trail checked."""

from wellheard.core.access import EVERYWHERE, declare
from wellheard.core.actors import Role
from wellheard.evidence.models import GapCount, TrailCheck

READERS = (Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT, Role.AUDITOR, Role.SYSTEM)
CHECKERS = (Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.SYSTEM)

declare("evidence.see_evidence", None, dict.fromkeys(READERS, EVERYWHERE))
declare("evidence.see_trailcheck", TrailCheck, dict.fromkeys(READERS, EVERYWHERE))
declare("evidence.see_gapcount", GapCount, dict.fromkeys(READERS, EVERYWHERE))
declare("evidence.check_trail", None, dict.fromkeys(CHECKERS, EVERYWHERE))
declare("evidence.count_gaps", None, {Role.SYSTEM: EVERYWHERE})
declare("evidence.declare_restore", None, {Role.SYSTEM: EVERYWHERE})
