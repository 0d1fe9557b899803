"""For the list of notices: what has been judged, and nobody has been told of it."""

from django import template
from django.db.models import OuterRef, Subquery

from wellheard.core.models import Member
from wellheard.core.records import kind_of
from wellheard.feedback.models import Notice
from wellheard.feedback.thread import people
from wellheard.feedback.voices import behind
from wellheard.improvement.flow import ActionStatus
from wellheard.improvement.models import CorrectiveAction

register = template.Library()
SHOWN = 10


@register.simple_tag
def judged_and_untold(member: Member) -> list[dict[str, str]]:
    """Actions whose verdict is in, without a notice, newest first: customers wait to hear of these."""
    kind = kind_of(CorrectiveAction)
    notices = Notice.objects.filter(origin_kind=kind, origin_id=OuterRef("pk")).values("pk")[:1]
    rows = CorrectiveAction.objects.visible_to(member).filter(status__in=(ActionStatus.JUDGED, ActionStatus.CLOSED))
    untold = list(
        rows.annotate(notice=Subquery(notices)).filter(notice__isnull=True).order_by("-done_at", "-pk")[:SHOWN]
    )
    heard = behind([(kind, each.pk) for each in untold])
    return [
        {
            "title": each.title,
            "reference": each.reference,
            "about": f"{kind}:{each.pk}",
            "note": f"{people(heard[kind, each.pk].voices)} said something like this",
        }
        for each in untold
        if heard[kind, each.pk].voices
    ]
