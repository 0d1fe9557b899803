"""How many actions wait for someone: the number beside the place in the navigation."""

from wellheard.core.models import Member
from wellheard.improvement.models import CorrectiveAction


def waiting_for(member: Member) -> int:
    """The actions this member may see that are not closed."""
    return CorrectiveAction.objects.visible_to(member).unfinished().count()
