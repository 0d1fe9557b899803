"""Links carry the fingerprint of what they were made against; a changed target makes them suspect."""

from datetime import datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wellheard.conftest import Arranging
from wellheard.core.links import link, linked, look_again, neighbourhood
from wellheard.core.models import Link, Member, Task
from wellheard.core.tasks import end_task, end_tasks_about, open_task, work_of


@pytest.fixture
def pair(ana: Member, now: datetime) -> tuple[Task, Task]:
    return open_task(ana, "First", ana, at=now), open_task(ana, "Second", ana, at=now)


def test_a_link_is_made_once_however_often_it_is_asked_for(pair: tuple[Task, Task], ana: Member, now: datetime):
    link(*pair, "raised", ana, at=now)
    link(*pair, "raised", ana, at=now)

    assert Link.objects.count() == 1


def test_a_link_is_seen_from_both_ends(pair: tuple[Task, Task], ana: Member, now: datetime):
    link(*pair, "raised", ana, at=now)

    assert [(each.other, each.outward) for each in linked(pair[0], ana)] == [(pair[1], True)]
    assert [(each.other, each.outward) for each in linked(pair[1], ana)] == [(pair[0], False)]


def test_a_changed_target_is_suspect_until_someone_looks_again(
    pair: tuple[Task, Task], ana: Member, now: datetime, arranging: Arranging
):
    made = link(*pair, "raised", ana, at=now)
    with arranging():
        pair[1].title = "Second, reworded"
        pair[1].save()
    assert [each.is_suspect for each in linked(pair[0], ana)] == [True]

    look_again(made, ana, at=now)

    assert [each.is_suspect for each in linked(pair[0], ana)] == [False]


def test_a_target_that_only_moved_on_is_not_suspect(
    pair: tuple[Task, Task], ana: Member, now: datetime, arranging: Arranging
):
    link(*pair, "raised", ana, at=now)
    with arranging():
        pair[1].status = "done"
        pair[1].save()

    assert [each.is_suspect for each in linked(pair[0], ana)] == [False]


def test_what_the_reader_may_not_see_is_not_shown(pair: tuple[Task, Task], ana: Member, dan: Member, now: datetime):
    link(*pair, "raised", ana, at=now)

    assert linked(pair[0], dan) == []


def test_a_neighbourhood_is_walked_in_one_query_a_step(ana: Member, now: datetime):
    tasks = [open_task(ana, f"Task {number}", ana, at=now) for number in range(5)]
    for earlier, later in pairwise(tasks):
        link(earlier, later, "raised", ana, at=now)

    with CaptureQueriesContext(connection) as queries:
        keys, links = neighbourhood(("core.task", tasks[2].pk))

    assert keys == {("core.task", task.pk) for task in tasks}
    assert (len(links), len(queries)) == (4, 3)


def test_about_one_step_of_one_record_there_is_one_open_task(
    pair: tuple[Task, Task], ana: Member, ben: Member, now: datetime
):
    about = pair[0]
    first = open_task(ana, "Answer", ana, at=now, about=about, verb="answer")

    again = open_task(ben, "Answer, please", ana, at=now, about=about, verb="answer")

    assert (again.pk, again.owner) == (first.pk, ben)


def test_doing_the_step_ends_its_task(pair: tuple[Task, Task], ana: Member, now: datetime):
    about = pair[0]
    task = open_task(ana, "Answer", ana, at=now, about=about, verb="answer")

    end_tasks_about(about, ana, at=now, verb="answer")

    task.refresh_from_db()
    assert (task.status, task.ended_at) == ("done", now)


def test_my_work_is_dated_first_soonest_first(ana: Member, now: datetime):
    undated = open_task(ana, "Some day", ana, at=now)
    later = open_task(ana, "Later", ana, at=now, due_at=now.replace(day=20))
    sooner = open_task(ana, "Sooner", ana, at=now, due_at=now.replace(day=18))
    end_task(open_task(ana, "Done", ana, at=now), ana, at=now)

    assert list(work_of(ana)) == [sooner, later, undated]
