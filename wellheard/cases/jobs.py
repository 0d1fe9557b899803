"""What happens to cases by itself: broken promises are told, mails that did not go out are noticed."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from wellheard.cases.actions import alert, note_failed_mail
from wellheard.cases.actions.steps import TELL_OTHERWISE
from wellheard.cases.flow import OPEN, Status
from wellheard.cases.models import Case, Entry
from wellheard.cases.models.case import CaseQuerySet
from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.core.models.outbox import OutboxMessage
from wellheard.core.models.tasks import Task
from wellheard.core.records import kind_of

DEADLINES = System("deadlines")
MAIL = System("mail to customers")


@every(seconds=300)
def tell_about_late_cases() -> int:
    """Alert a quality manager when a case passes a deadline: once for each case and clock."""
    return tell_late(timezone.now())


def tell_late(now: datetime) -> int:
    """The same at a given moment; gives how many alerts there were."""
    told = 0
    for clock, rows in late_by_clock(now).items():
        for case in rows.select_related("owner", "site").order_by("pk"):
            alert(case, DEADLINES, at=now, clock=clock)
            told += 1
    return told


def late_by_clock(now: datetime) -> dict[str, CaseQuerySet]:
    """The late cases of each clock that nobody was told about yet. The last alert of a reopened case counts from then."""
    waiting = Q(status__in=OPEN)
    late = {
        "acknowledge": Q(status=Status.RECEIVED, acknowledge_due__lt=now),
        "answer": waiting & Q(reopened_at=None, answer_due__lt=now),
        "again": waiting & Q(reopened_at__isnull=False, again_due__lt=now),
    }
    found = {}
    for clock, condition in late.items():
        told = Task.objects.filter(about_kind=kind_of(Case), about_id=OuterRef("pk"), verb=f"late-{clock}")
        if clock == "again":
            told = told.filter(opened_at__gte=OuterRef("reopened_at"))
        found[clock] = Case.objects.filter(condition).exclude(Exists(told))
    return found


@every(seconds=300)
def notice_failed_mail() -> int:
    """Ask the owner to tell the customer another way when a mail could not be sent or was held back; once for each mail."""
    told = Task.objects.filter(about_kind=kind_of(Entry), about_id=OuterRef("pk"), verb=TELL_OTHERWISE)
    unsent = (OutboxMessage.Status.FAILED, OutboxMessage.Status.HELD)
    failed = Entry.objects.filter(message__status__in=unsent).exclude(Exists(told))
    now = timezone.now()
    count = 0
    for entry in failed.select_related("case", "case__owner", "message").order_by("pk"):
        note_failed_mail(entry, MAIL, at=now)
        count += 1
    return count
