"""Writing is done by actions only, and leaves a trail."""

import json
from datetime import datetime

import pytest
from django.apps import apps
from django.db import models

from wellheard.conftest import SETUP, Arranging
from wellheard.core.action import ACTIONS, acting, action
from wellheard.core.actors import Actor
from wellheard.core.errors import NotAllowed, Refusal, UnknownPermission, WroteOutsideAction
from wellheard.core.models import Member, Site, Task, TrailEntry, TrailHead, TrailPersonal
from wellheard.core.records import Record
from wellheard.core.tasks import end_task, open_task

EXEMPT = {
    # Their own log, or no decision of anyone's about a customer.
    "core.outboxmessage": "logs its own sending; the action that wrote it has the entry",
    "core.jobrun": "the schedule's own log",
    "core.referencecounter": "a number, seen in the record that bears it",
    "core.searchentry": "derived from records",
    "core.trailhead": "the trail itself",
    "core.trailentry": "the trail itself",
    "core.trailpersonal": "the trail's erasable half",
    "core.trailcheckpoint": "the trail itself",
    "core.trailseal": "the trail itself",
    "core.trailremoval": "the trail itself",
    "core.webhookdelivery": "logs its own sending; what it tells of has entries of its own",
    "customers.buyer": "derived from orders",
    "customers.cohortcount": "derived from orders",
    "customers.importedchange": "the way back of an import, whose entries say the same",
    "customers.rfmscore": "derived from orders",
    "customers.tag": "derived from the tags of customers",
    "surveys.response": "sealed into the trail in batches",
    "surveys.answer": "sealed with its response",
    "surveys.tally": "derived from answers",
    "customers.order": "sealed into the trail in batches",
    "customers.segmentmembership": "follows from the rule or the field that an action changed; the run has its entry",
    "feedback.rulefiring": "says once-only; what a rule did has entries of its own",
}


def test_every_table_of_ours_leaves_a_trail_or_says_why_not():
    ours = [model for model in apps.get_models() if model.__module__.startswith("wellheard.")]

    silent = {model._meta.label_lower for model in ours if not issubclass(model, Record)}

    assert silent - set(EXEMPT) == set()


def test_saving_outside_of_an_action_raises(leipzig: Site):
    leipzig.name = "Leipzig-Ost"

    with pytest.raises(WroteOutsideAction):
        leipzig.save()


@pytest.mark.parametrize("write", ["update", "delete", "bulk_create", "bulk_update"])
def test_bulk_writes_that_would_pass_the_trail_by_are_closed(db: None, write: str):
    with pytest.raises(WroteOutsideAction):
        getattr(Task.objects.all(), write)(*([[]] if write.startswith("bulk") else []))


def test_an_action_leaves_who_what_when_and_the_change(ana: Member, now: datetime):
    task = open_task(ana, "Call Cleo back", ana, at=now)

    end_task(task, ana, at=now)

    entry = TrailEntry.objects.filter(action="core.end_task").get()
    body = json.loads(entry.body)
    assert (body["actor"], body["kind"], body["object"], body["did"]) == (ana.actor_id, "core.task", task.pk, "changed")
    assert body["changes"]["status"] == ["open", "done"]


def test_personal_values_are_digests_in_the_trail_and_can_be_erased(ana: Member):
    entry = TrailEntry.objects.filter(kind="core.member", object_id=ana.pk, did="created").get()

    assert "Brandt" not in entry.body
    assert "Ana Brandt" in TrailPersonal.objects.filter(seq=entry.seq).values_list("value", flat=True)


def test_a_refused_action_changes_nothing_and_leaves_no_entry(ana: Member, now: datetime):
    task = open_task(ana, "Call Cleo back", ana, at=now)
    entries = TrailEntry.objects.count()

    with pytest.raises(NotAllowed):
        end_task(task, _Stranger(), at=now)

    task.refresh_from_db()
    assert (task.status, TrailEntry.objects.count()) == ("open", entries)


class _Stranger:
    """Someone who holds no role at all."""

    actor_id = "member:0"
    display_name = "Dan"

    def held(self) -> tuple[()]:
        return ()


def test_an_inner_action_that_failed_leaves_nothing_while_the_outer_goes_on(ana: Member, now: datetime):
    with acting("tests.outer", ana, now):
        kept = open_task(ana, "First", ana, at=now)
        with pytest.raises(RuntimeError), acting("tests.inner", ana, now):
            open_task(ana, "Second", ana, at=now)
            raise RuntimeError

    assert [task.title for task in Task.objects.all()] == ["First"]
    assert list(TrailEntry.objects.filter(kind="core.task").values_list("object_id", flat=True)) == [kept.pk]


def test_a_stale_record_is_brought_up_to_date_before_it_is_changed(ana: Member, now: datetime):
    task = open_task(ana, "Call Cleo back", ana, at=now)
    stale = Task.objects.get(pk=task.pk)
    end_task(task, ana, at=now)

    end_task(stale, ana, at=now)

    assert TrailEntry.objects.filter(action="core.end_task", did="changed").count() == 1


def test_an_action_nobody_permitted_raises_rather_than_refuses(
    ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    @action("core.never_declared")
    def never_declared(by: Actor, *, at: datetime) -> None:
        return None

    monkeypatch.delitem(ACTIONS, "core.never_declared")
    with pytest.raises(UnknownPermission):
        never_declared(ana, at=now)


def test_a_record_removed_meanwhile_is_a_refusal(ana: Member, now: datetime, arranging: Arranging):
    task = open_task(ana, "Call Cleo back", ana, at=now)
    with arranging():
        Task.objects.get(pk=task.pk).delete()

    with pytest.raises(Refusal, match="no longer there"):
        end_task(task, ana, at=now)


def test_the_head_stands_at_the_last_entry(ana: Member):
    head = TrailHead.objects.get()
    last = TrailEntry.objects.order_by("-seq")[0]

    assert (head.seq, head.digest) == (last.seq, last.digest)


def test_the_last_sign_in_needs_no_action(ana: Member, now: datetime):
    ana.last_login = now
    ana.save(update_fields=["last_login"])

    assert Member.objects.get(pk=ana.pk).last_login == now


def test_no_record_is_deleted_by_a_cascade_into_the_trail():
    pointing = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model._meta.label_lower.startswith("core.trail")
    ]

    assert pointing == []


def test_the_cast_is_set_up_by_the_system(ana: Member):
    assert TrailEntry.objects.filter(actor_id=SETUP.actor_id, kind="core.member").count() == 1
