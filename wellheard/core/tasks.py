"""Tasks: opening, doing, dropping."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Model, QuerySet

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.links import key_of
from wellheard.core.models.members import Member
from wellheard.core.models.tasks import Task
from wellheard.core.records import Record


@action("core.open_task", creates=True)
def open_task(
    owner: Member,
    title: str,
    by: Actor,
    *,
    at: datetime,
    about: Model | None = None,
    verb: str = "",
    due_at: datetime | None = None,
    note: str = "",
    button: str = "Open",
    url: str = "",
    site_id: int | None = None,
) -> Task:
    """Give someone something to do. About the same record and verb there is one open task: asked again, it is moved.
    It leads to `url`, by default the page of the record that it is about."""
    kind, pk = key_of(about) if about is not None else ("", None)
    leads_to = url or (about.get_absolute_url() if isinstance(about, Record) else "")

    def save(task: Task) -> Task:
        task.owner, task.title, task.due_at = owner, title[:300], due_at
        task.note, task.button, task.url, task.site_id = note[:500], button, leads_to, site_id
        task.save()
        return task

    new = Task(about_kind=kind, about_id=pk, verb=verb, opened_at=at)
    if not verb or pk is None:
        return save(new)
    there = _open_one(kind, pk, verb)
    if there is not None:
        return save(there)
    try:
        with transaction.atomic():
            return save(new)
    except IntegrityError:  # somebody opened it at the same moment: theirs is moved
        there = _open_one(kind, pk, verb)
        if there is None:
            raise
        return save(there)


def _open_one(kind: str, pk: int, verb: str) -> Task | None:
    """The open task of this record and verb, locked: nobody ends it while it is moved."""
    tasks = Task.objects.select_for_update(no_key=True)
    return tasks.filter(about_kind=kind, about_id=pk, verb=verb, status=Task.Status.OPEN).first()


@action("core.end_task")
def end_task(task: Task, by: Actor, *, at: datetime, done: bool = True) -> Task:
    """The task is done, or no longer needed."""
    if task.status == Task.Status.OPEN:
        task.status = Task.Status.DONE if done else Task.Status.DROPPED
        task.ended_at = at
        task.save()
    return task


def end_tasks_about(record: Model, by: Actor, *, at: datetime, verb: str = "", done: bool = True) -> None:
    """End every open task about a record (with this verb); called by the action that did it."""
    kind, pk = key_of(record)
    tasks = Task.objects.filter(about_kind=kind, about_id=pk, status=Task.Status.OPEN)
    for task in tasks.filter(verb=verb) if verb else tasks:
        end_task(task, by, at=at, done=done)


def work_of(member: Member) -> QuerySet[Task]:
    """What needs this member: dated first, soonest first, then the undated, oldest first."""
    open_tasks = Task.objects.filter(owner=member, status=Task.Status.OPEN)
    return open_tasks.order_by(F("due_at").asc(nulls_last=True), "opened_at", "pk")
