"""Checkpoints: the head as it was on a day. Kept outside of the system too, they show a cut-off tail or a rewritten chain."""

from datetime import datetime

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.models.trail import TrailCheckpoint, TrailHead
from wellheard.core.trail.append import CHAIN


@action("core.take_checkpoint")
def take_checkpoint(by: Actor, *, at: datetime, anchored_in: str = "") -> TrailCheckpoint:
    """Keep the present head. One a day is enough; asked again on the same head, the first is returned."""
    head = TrailHead.objects.select_for_update().get(chain=CHAIN)
    point = TrailCheckpoint.objects.filter(chain=CHAIN, seq=head.seq).first()
    if point is None and head.seq:
        point = TrailCheckpoint.objects.create(
            chain=CHAIN, seq=head.seq, digest=head.digest, count=head.seq, at=at, anchored_in=anchored_in
        )
    detail(seq=head.seq, digest=head.digest)
    return point or TrailCheckpoint(chain=CHAIN, seq=0, digest=head.digest, count=0, at=at)
