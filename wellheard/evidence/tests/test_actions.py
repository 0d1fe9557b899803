"""The trail is checked by people and by the daily job; what is found is kept, and a fault reaches the administrators."""

from datetime import datetime

import pytest
from django.db import connection

from wellheard.core.actors import System
from wellheard.core.errors import NotAllowed
from wellheard.core.models import Member, Task, TrailEntry, TrailHead
from wellheard.core.tasks import work_of
from wellheard.evidence import collectors
from wellheard.evidence.actions import check_trail, declare_restore
from wellheard.evidence.jobs import check_trail_daily, count_gaps
from wellheard.evidence.models import GapCount, TrailCheck
from wellheard.evidence.readiness import by_whose_wish, headline, ready_for_the_audit


def change_unseen(seq: int) -> None:
    """What somebody with the database and without our triggers could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE core_trailentry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER core_trailentry_no_update")
        cursor.execute("UPDATE core_trailentry SET body = body || ' ' WHERE seq = %s", [seq])


def test_a_check_keeps_its_result_and_leaves_an_entry(ana: Member, now: datetime):
    entries = TrailHead.objects.get().seq
    head = TrailHead.objects.get().digest

    check = check_trail(ana, at=now)

    last = TrailEntry.objects.order_by("-seq")[0]
    assert (check.entries, check.is_whole, check.first_broken, check.faults, check.head_digest) == (
        entries,
        True,
        "",
        [],
        head,
    )
    assert (last.action, last.kind, last.object_id, last.actor_id) == (
        "evidence.check_trail",
        "evidence.trailcheck",
        check.pk,
        ana.actor_id,
    )


def test_a_fault_is_a_task_of_every_administrator_until_the_trail_is_whole(ana: Member, admin: Member, now: datetime):
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM core_trailentry WHERE seq = 2")
        body = cursor.fetchone()[0]
    change_unseen(2)

    check = check_trail(ana, at=now)
    check_trail(ana, at=now)

    assert (check.is_whole, check.first_broken) == (False, "2")
    assert check.faults[0] == "Entry 2 was changed: its text does not have its digest."
    assert [(task.title, task.note, task.url) for task in work_of(admin)] == [
        ("Find out who changed the trail", check.faults[0], "/evidence/trail/")
    ]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_trailentry SET body = %s WHERE seq = 2", [body])
    check_trail(ana, at=now)
    assert list(work_of(admin)) == []
    assert Task.objects.get(owner=admin).status == Task.Status.DONE


@pytest.mark.parametrize("who", ["ben", "dan", "auditor"])
def test_a_stranger_and_an_auditor_may_not_have_it_checked(request: pytest.FixtureRequest, who: str, now: datetime):
    member: Member = request.getfixturevalue(who)

    with pytest.raises(NotAllowed):
        check_trail(member, at=now)

    assert TrailCheck.objects.count() == 0


def test_the_daily_job_checks_what_there_is(ana: Member):
    check_trail_daily()

    entry = TrailEntry.objects.get(action="evidence.check_trail")
    assert (entry.actor_id, TrailCheck.objects.get().is_whole) == ("system:trail check", True)


def test_home_does_not_go_on_missing_the_check_that_was_just_made(
    ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    # Home has room for three; what other parts of the product miss stands elsewhere.
    own = {key: each for key, each in collectors._collectors.items() if each.slug == "information.trail"}
    monkeypatch.setattr(collectors, "_collectors", own)
    monkeypatch.setattr(collectors, "_rules", {})
    count_gaps()
    before = ready_for_the_audit(ana, now)

    check_trail_daily()

    after = ready_for_the_audit(ana, now)
    assert before is not None
    assert after is not None
    titles = [[row["title"] for row in aside.rows if "7.5.3" in row["note"]] for aside in (before, after)]
    assert titles == [["Records are protected and can be traced: nothing in the period"], []]


def test_a_restored_backup_is_declared_in_the_trail(ana: Member, now: datetime):
    declare_restore(System("program"), at=now, backup_of="2026-11-15", file_digest="ab", entries=5, head="cd")

    entry = TrailEntry.objects.get(action="evidence.declare_restore")
    assert '"details":{"backup_of":"2026-11-15","entries":5,"file":"ab","head":"cd"}' in entry.body
    with pytest.raises(NotAllowed):
        declare_restore(ana, at=now, backup_of="", file_digest="", entries=0, head="")


def test_gaps_are_counted_once_and_again_only_when_they_changed(
    ana: Member, late_tasks_are_gaps, jobs_see_tasks, open_tasks
):
    count_gaps()
    count_gaps()
    entries_before = TrailEntry.objects.filter(action="evidence.count_gaps").count()
    open_tasks(2)

    count_gaps()

    count = GapCount.objects.get()
    assert (entries_before, count.by_basis, [gap["title"] for gap in count.foremost]) == (
        1,
        {"requirement": 0, "own rule": 2, "good practice": 0},
        ["Call Cleo back, 0", "Call Cleo back, 1"],
    )


def test_the_home_page_says_what_is_missing_to_those_who_may_look(
    ana: Member, ben: Member, now: datetime, late_tasks_are_gaps, jobs_see_tasks, open_tasks
):
    open_tasks(3)
    before = ready_for_the_audit(ana, now)
    count_gaps()

    aside = ready_for_the_audit(ana, now)

    assert (before, ready_for_the_audit(ben, now)) == (None, None)
    assert aside is not None
    assert aside.sentence == "Three things are missing from the last twelve months. Our own rules ask for all of them."
    assert list(aside.rows) == [
        {
            "title": f"Call Cleo back, {place}",
            "url": "/evidence/requirement/nonconformity.react/",
            "note": "Clauses 10.2.1 a and 10.2.2 · Ben Okafor",
        }
        for place in range(2)
    ]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, ("Nothing is missing", "")),
        ({"requirement": 1}, ("One thing is missing", "The standard asks for it.")),
        (
            {"requirement": 2, "own rule": 7},
            ("Nine things are missing", "The standard asks for two of them, our own rules ask for seven of them."),
        ),
        ({"good practice": 2}, ("Two things are missing", "Good practice suggests all of them.")),
    ],
)
def test_the_headline_counts_and_names_whose_wish_it_is(counts: dict[str, int], said: tuple[str, str]):
    assert (headline(counts), by_whose_wish(counts)) == said
