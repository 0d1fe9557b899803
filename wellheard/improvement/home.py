"""What the home page says about corrective actions: how many worked, and which verdicts were signed lately."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse

from wellheard.core.home import NewsItem, TallyItem, register_news, register_tally
from wellheard.core.models.members import Member
from wellheard.improvement.models import CorrectiveAction, Verdict

YEAR = timedelta(days=365)
LATELY = timedelta(days=60)


def worked(member: Member, now: datetime) -> TallyItem | None:
    """ "11 of 16" actions judged in the last twelve months worked; what became of the others is said, too."""
    seen = CorrectiveAction.objects.visible_to(member)
    signed = Verdict.objects.filter(action__in=seen, signature__at__gte=now - YEAR)
    counted = Counter(dict(signed.values_list("signed_word").annotate(Count("action", distinct=True))))
    if not counted.total():
        return None
    others = [
        f"{counted['not_effective'] + counted['worse']} did not",
        f"for {counted['cannot_tell']} nobody could tell",
    ]
    label = f"corrective actions judged in the last twelve months worked; {', '.join(others)}"
    return TallyItem(f"{counted['effective']} of {counted.total()}", label, reverse("improvement:list"))


def judged(member: Member, now: datetime) -> Iterable[NewsItem]:
    """The verdicts that were signed lately."""
    seen = CorrectiveAction.objects.visible_to(member)
    signed = Verdict.objects.filter(action__in=seen, signature__at__gte=now - LATELY, signature__at__lte=now)
    for verdict in signed.select_related("action", "signature").defer("result").order_by("-signature__at")[:5]:
        if verdict.signature is not None:
            words = verdict.words.rstrip(".")
            yield NewsItem(
                verdict.signature.at, f"{words}: {verdict.action.title}.", verdict.get_absolute_url(), "The verdict"
            )


def register() -> None:
    """Take part in the home page."""
    register_tally(worked, order=30)
    register_news(judged)
