"""What the pages of evidence need beyond their context."""

from datetime import datetime

from django import template

from wellheard.evidence.trail_page import TrailState, trail_state
from wellheard.evidence.words import moment_in_full

register = template.Library()


@register.simple_tag(takes_context=True, name="trail_state")
def state_of_the_trail(context: template.Context) -> TrailState:
    """The trail as a whole, for the reader of the page."""
    return trail_state(context["member"])


@register.filter
def in_full(moment: datetime) -> str:
    """Day and time as they stand in a file that is read on another day: `16 November 2026, 15:30 UTC`."""
    return moment_in_full(moment)
