"""A small registry and a small thread: tasks and sites stand for the records that the apps above would bring."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from wellheard.core import access, thread
from wellheard.core.actors import Actor, Role
from wellheard.core.models import Member, Site, Task
from wellheard.core.tasks import open_task
from wellheard.evidence import collectors
from wellheard.evidence.collectors import Collector, Gap, GapRule, Item, register_collector, register_gap_rule

DAY = date(2026, 11, 16)
REACT, EFFECT, FOCUS = "nonconformity.react", "action.effectiveness", "customer.focus"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty registry, so that a test sees only what it registers."""
    monkeypatch.setattr(collectors, "_collectors", {})
    monkeypatch.setattr(collectors, "_rules", {})


def item_of(task: Task, on: date = DAY) -> Item:
    return Item(
        kind=task.kind,
        record_id=task.pk,
        label=task.title,
        url="",
        on=on,
        received_at=task.opened_at,
        digest=task.fingerprint(),
    )


@pytest.fixture
def tasks_show(registry: None) -> Callable[..., None]:
    """`tasks_show(REACT)`: every task of the period shows this requirement, on the day on which it was opened."""

    def register(slug: str, key: str = "tests.tasks") -> None:
        def collect(site_id: int | None, first: date, last: date, actor: Actor) -> Iterator[Item]:
            rows = Task.objects.filter(opened_at__date__gte=first, opened_at__date__lte=last).order_by(
                "opened_at", "pk"
            )
            for task in rows.iterator(chunk_size=100):
                yield item_of(task, task.opened_at.date())

        register_collector(Collector(slug, key, "Things that were done", collect))

    return register


@pytest.fixture
def late_tasks_are_gaps(registry: None) -> None:
    def find(first: date, last: date, actor: Actor) -> Iterator[Gap]:
        for task in Task.objects.filter(status=Task.Status.OPEN).select_related("owner").order_by("pk"):
            yield Gap("Nobody has done it.", task.kind, task.pk, task.title, "", task.owner.name, DAY)

    register_gap_rule(GapRule("tests.late", REACT, "medium", "own rule", "Late", find))


@pytest.fixture
def open_tasks(ben: Member, leipzig: Site, now: datetime) -> Callable[[int], list[Task]]:
    """`open_tasks(3)`: three tasks of Ben's in Leipzig."""

    def open_some(number: int) -> list[Task]:
        return [open_task(ben, f"Call Cleo back, {place}", ben, at=now, site_id=leipzig.pk) for place in range(number)]

    return open_some


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks stand at the step “action”, sites at “case”."""
    monkeypatch.setattr(thread, "_steps", {})
    thread.register_step("case", "core.site", lambda site: ("Open", "doing"))
    thread.register_step("action", "core.task", lambda task: ("Done", "done"))


@pytest.fixture
def jobs_see_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs have no tasks of their own to see; here they stand for records that jobs do see."""
    permission = access.TABLE["core.see_task"]
    grants = {**permission.grants, Role.SYSTEM: (access.EVERYWHERE,)}
    monkeypatch.setitem(access.TABLE, "core.see_task", replace(permission, grants=grants))
