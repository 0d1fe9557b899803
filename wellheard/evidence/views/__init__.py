"""Pages of evidence, one file a subject."""

from wellheard.evidence.views.overview import home, requirement, requirement_items, take_pack
from wellheard.evidence.views.thread import thread
from wellheard.evidence.views.trail import check_now, checker, export_trail, record_trail

__all__ = [
    "check_now",
    "checker",
    "export_trail",
    "home",
    "record_trail",
    "requirement",
    "requirement_items",
    "take_pack",
    "thread",
]
