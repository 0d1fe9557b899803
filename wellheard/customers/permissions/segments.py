"""Who sees and defines segments."""

from wellheard.core.access import EVERYWHERE, declare
from wellheard.core.actors import Role
from wellheard.customers.models import Segment, SegmentRun
from wellheard.customers.permissions.roles import READERS

declare("customers.see_segment", Segment, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_segmentrun", SegmentRun, dict.fromkeys(READERS, EVERYWHERE))
declare(
    "customers.add_segment",
    None,
    dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.ANALYST, Role.SYSTEM), EVERYWHERE),
)
