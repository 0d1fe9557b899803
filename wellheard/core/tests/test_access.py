"""May this member do this to this record; which records may this member see: one table, two questions, one answer."""

from datetime import datetime
from pathlib import Path

import pytest

from wellheard.conftest import SETUP, Arranging
from wellheard.core import access
from wellheard.core.access import AT_SITE, EVERYWHERE, declare, matrix, may, own, visible
from wellheard.core.actors import Role
from wellheard.core.errors import UnknownPermission, WrongStatus
from wellheard.core.flow import Flow, move
from wellheard.core.models import Member, Site, Task
from wellheard.core.setup import add_member
from wellheard.core.tasks import open_task

SNAPSHOT = Path(__file__).parent / "access_matrix.txt"


def test_the_access_matrix_is_the_one_that_was_agreed():
    """Every permission × role × reach. After a wanted change: write the new lines into the snapshot and look at the diff."""
    assert matrix() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_an_auditor_is_permitted_nothing_but_to_see():
    granted = {line.split()[0] for line in matrix() if line.split()[1] == Role.AUDITOR}

    assert {name for name in granted if not name.split(".")[1].startswith("see_")} <= {"core.export"}


@pytest.fixture
def tasks(ana: Member, ben: Member, leipzig: Site, lyon: Site, now: datetime) -> dict[str, Task]:
    return {
        "here": open_task(ben, "Here", SETUP, at=now, site_id=leipzig.pk),
        "there": open_task(ana, "There", SETUP, at=now, site_id=lyon.pk),
        "everywhere": open_task(ana, "Everywhere", SETUP, at=now),
    }


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (EVERYWHERE, {"here", "there", "everywhere"}),
        (AT_SITE, {"here", "everywhere"}),
        (own(), {"here"}),
        ((own(), AT_SITE), {"here", "everywhere"}),
    ],
)
def test_the_filter_and_the_single_question_agree(
    tasks, ben: Member, monkeypatch: pytest.MonkeyPatch, scope, seen: set[str]
):
    monkeypatch.setattr(access, "TABLE", {})
    declare("core.try", Task, {Role.FRONT_LINE: scope})

    by_filter = set(visible(Task.objects.all(), ben, "core.try"))
    by_question = {task for task in tasks.values() if may(ben, "core.try", task)}

    assert by_filter == by_question == {tasks[name] for name in seen}


def test_a_role_held_at_two_sites_reaches_both(tasks, leipzig: Site, lyon: Site, now: datetime, arranging: Arranging):
    from wellheard.core.models import RoleGrant

    eve = add_member(
        "Eve", "eve@rosetau.example", SETUP, at=now, roles=(Role.QUALITY_MANAGER,), site=leipzig, only_at_site=True
    )
    with arranging():
        RoleGrant(member=eve, role=Role.QUALITY_MANAGER, site=lyon).save()

    assert set(Task.objects.visible_to(Member.objects.get(pk=eve.pk))) == set(tasks.values())


def test_a_member_without_a_role_sees_nothing(tasks, dan: Member):
    assert list(Task.objects.visible_to(dan)) == []


def test_a_deactivated_member_may_nothing(ana: Member, now: datetime, arranging: Arranging):
    with arranging():
        ana.is_active = False
        ana.save()

    assert not may(ana, "core.open_task")


def test_an_unknown_name_raises(ana: Member):
    with pytest.raises(UnknownPermission):
        may(ana, "core.fly")


def test_a_condition_refuses_with_its_sentence(ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch):
    task = open_task(ana, "Mine", SETUP, at=now)
    monkeypatch.setattr(access, "TABLE", {})
    declare(
        "core.try",
        Task,
        {Role.QUALITY_MANAGER: EVERYWHERE},
        unless=lambda actor, each: (
            "The owner can't verify their own work." if f"member:{each.owner_id}" == actor.actor_id else None
        ),
    )

    assert access.refusal(ana, "core.try", task) == "The owner can't verify their own work."


class Lamp:
    """Something with a status."""

    status = "off"


FLOW = Flow({"light": move("off", to="on"), "put_out": move("on", "dim", to="off")}, words={"on": "burning"})


def test_a_flow_takes_the_moves_of_its_table_and_no_other():
    lamp = Lamp()
    FLOW.take(lamp, "light")
    assert (lamp.status, FLOW.open_moves(lamp)) == ("on", ["put_out"])

    with pytest.raises(WrongStatus, match="it is “burning”, and “light” needs “off”"):
        FLOW.take(lamp, "light")

    assert lamp.status == "on"


def test_a_flow_draws_itself():
    assert FLOW.diagram().splitlines() == [
        "stateDiagram-v2",
        "    off --> on: light",
        "    on --> off: put out",
        "    dim --> off: put out",
    ]
