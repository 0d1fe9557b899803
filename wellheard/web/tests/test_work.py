"""My work: the member's own tasks, and done for those that no step ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from wellheard.conftest import SETUP, Arranging
from wellheard.core.models import Member, Task, TrailEntry
from wellheard.core.tasks import open_task
from wellheard.customers.actions import add_account

pytestmark = pytest.mark.pages
SignIn = Callable[[Member], Client]


@pytest.fixture
def tasks(ana: Member, ben: Member, arranging: Arranging, now: datetime) -> list[Task]:
    """Ana's: one by hand, one that a step ends, one done. Ben's: one."""
    rows = [
        Task(owner=ana, title="Call Cleo", opened_at=now),
        Task(
            owner=ana,
            title="Answer Cleo",
            opened_at=now,
            verb="answer",
            url="/cases/1/",
            due_at=now + timedelta(days=3),
        ),
        Task(owner=ana, title="Thank Cleo", opened_at=now, status="done"),
        Task(owner=ben, title="Repair it", opened_at=now),
    ]
    with arranging():
        for row in rows:
            row.save()
    return rows


def test_my_work_shows_my_open_tasks_soonest_first(ana, tasks, signed_in: SignIn):
    page = signed_in(ana).get("/work/")

    assert page.context["title"] == "Two things need you."
    assert [cells[1].text for cells in page.context["rows"]] == ["Answer Cleo", "Call Cleo"]
    assert [cells[-1].text for cells in page.context["rows"]] == ["", "It is done"]


def test_a_task_leads_to_the_record_that_it_is_about(ana, signed_in: SignIn, now):
    account = add_account("Gärtnerei Holzapfel", ana, at=now)
    open_task(ana, "Call them", SETUP, at=now, about=account, verb="call")

    page = signed_in(ana).get("/work/")

    assert [(cells[1].text, cells[1].url) for cells in page.context["rows"]] == [
        ("Call them", account.get_absolute_url())
    ]


def test_done_ones_are_one_choice_away(ana, tasks, signed_in: SignIn):
    client = signed_in(ana)

    assert [cells[1].text for cells in client.get("/work/?status=done").context["rows"]] == ["Thank Cleo"]
    assert len(client.get("/work/?status=").context["rows"]) == 3


def test_done_ends_the_task_and_leaves_a_trail(ana, tasks, signed_in: SignIn):
    answer = signed_in(ana).post(f"/work/{tasks[0].pk}/done/")

    tasks[0].refresh_from_db()
    assert (answer.status_code, answer["Location"], tasks[0].status) == (302, "/work/", "done")
    assert TrailEntry.objects.filter(action="core.end_task", actor_id=ana.actor_id).count() == 1


def test_a_task_that_a_step_ends_has_no_such_way(ana, tasks, signed_in: SignIn):
    answer = signed_in(ana).post(f"/work/{tasks[1].pk}/done/")

    tasks[1].refresh_from_db()
    assert (answer.status_code, tasks[1].status) == (409, "open")
    assert "This task ends by itself when its step is done." in answer.content.decode()


def test_nobody_ends_the_task_of_another(ana, tasks, signed_in: SignIn):
    assert signed_in(ana).post(f"/work/{tasks[3].pk}/done/").status_code == 404


def test_a_member_without_roles_has_an_empty_page_that_teaches(dan, signed_in: SignIn):
    page = signed_in(dan).get("/work/")

    assert page.status_code == 200
    assert "Nothing needs you yet." in page.content.decode()
