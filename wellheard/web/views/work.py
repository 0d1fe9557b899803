"""My work: every task of mine, open and done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from wellheard.core.errors import Refusal
from wellheard.core.lists import Column, Filter, ListPage, list_view
from wellheard.core.lists.page import Rows
from wellheard.core.models.members import Member
from wellheard.core.models.tasks import Task
from wellheard.core.tasks import end_task
from wellheard.core.views import member_of
from wellheard.web.views.home import needs_in_words

STATES = [("open", "to do"), ("done", "done"), ("dropped", "no longer needed")]


def due_tone(task: Task) -> str:
    """Late is red, today and tomorrow amber."""
    if task.due_at is None or task.status != Task.Status.OPEN:
        return ""
    days = (timezone.localdate(task.due_at) - timezone.localdate()).days
    return "worse" if task.due_at <= timezone.now() else "wait" if days <= 1 else ""


def done_button(member: Member, task: Task) -> tuple[str, str] | None:
    """Only a task that no step of a record ends by itself has the button."""
    if task.status != Task.Status.OPEN or task.verb:
        return None
    return "It is done", reverse("task-done", args=[task.pk])


def of_status(rows: Rows, value: str) -> Rows:
    return rows.filter(status=value)


MY_WORK = ListPage(
    key="web.my_work",
    title=lambda count: needs_in_words(count).replace(" today", "") if count else "Nothing to show here",
    rows=lambda member: Task.objects.filter(owner=member),
    columns=(
        Column(
            "due", "Due", lambda task: task.due_at or "no date", sort="due_at,opened_at", kind="moment", tone=due_tone
        ),
        Column(
            "title",
            "What to do",
            lambda task: task.title,
            url=lambda task: task.url,
            sort="title",
            note=lambda task: task.note,
        ),
        Column(
            "state",
            "Where it stands",
            lambda task: dict(STATES)[task.status],
            sort="status",
            kind="state",
            tone=lambda task: "mine" if task.status == Task.Status.OPEN else "",
        ),
        Column("opened", "Since", lambda task: task.opened_at, sort="opened_at", kind="date"),
    ),
    filters=(Filter("status", "Which", lambda _member: [*STATES, ("", "everything")], of_status, default="open"),),
    search=("title", "note"),
    default_sort="due",
    teach={
        "title": "Nothing needs you yet.",
        "why": "Whatever is yours to do is listed here, soonest first: a customer to call back, an answer that is due, "
        "a verdict to sign. Most tasks end by themselves when you do the step that they ask for.",
    },
    views=(("To do", "status=open"), ("Done", "status=done&sort=-due")),
    permission="",
    row_button=done_button,
)

my_work = list_view(MY_WORK)


@login_required
@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The member has done it."""
    member = member_of(request)
    task = get_object_or_404(Task.objects.filter(owner=member), pk=pk)
    if task.verb:
        raise Refusal(
            "This task ends by itself when its step is done. Nothing was changed. Open it and do what it asks for."
        )
    end_task(task, member, at=timezone.now())
    messages.success(request, f"Done: {task.title}.")
    return redirect("my-work")
