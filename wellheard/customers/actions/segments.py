"""What we do with segments: define them, change them, retire them. Who belongs to them follows in `segmenting`."""

from datetime import datetime

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.customers.models import Segment


@action("customers.add_segment")
def add_segment(name: str, by: Actor, *, at: datetime) -> Segment:
    """A new segment; asked for again under the same name, the one there is."""
    segment, _ = Segment.objects.get_or_create(name=name.strip())
    return segment
