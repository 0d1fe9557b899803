"""A filter by the segments that are frozen with answers, statements and cases."""

from collections.abc import Sequence

from django.db.models import F

from wellheard.core.lists import Filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import Segment
from wellheard.customers.segmenting.expressions import HasWord


def was_in(rows: Rows, name: str) -> Rows:
    """The rows whose customer was in the segment of this name then."""
    return rows.filter(HasWord(F("segments"), name))


def segments_of_then(member: Member) -> Sequence[tuple[str, str]]:
    """Every segment, the retired ones too: what was said then was said by its members."""
    names = Segment.objects.visible_to(member).order_by("name").values_list("name", flat=True)
    return [(name, name) for name in names]


def segment_then_filter() -> Filter:
    """Narrow to whoever was in a segment when they spoke."""
    return Filter("segments", "Segment then", segments_of_then, was_in)
