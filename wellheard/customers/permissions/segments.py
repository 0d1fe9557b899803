"""Who sees and defines segments."""

from wellheard.core.access import EVERYWHERE, declare, declare_each
from wellheard.customers.models import Segment, SegmentRun
from wellheard.customers.permissions.roles import READERS, STEWARDS

DEFINERS = dict.fromkeys(STEWARDS, EVERYWHERE)

declare("customers.see_segment", Segment, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.see_segmentrun", SegmentRun, dict.fromkeys(READERS, EVERYWHERE))
declare("customers.add_segment", None, DEFINERS)
declare_each(
    (
        "customers.change_segment",
        "customers.retire_segment",
        "customers.use_segment_again",
        "customers.put_into_segment",
        "customers.take_out_of_segment",
    ),
    Segment,
    DEFINERS,
)
declare("customers.renew_segment", Segment, DEFINERS)
