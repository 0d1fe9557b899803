"""Many new records at once: an entry each, and all of it taken back when an inner action fails."""

from datetime import datetime

import pytest

from wellheard.core.action import acting
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Task, TrailEntry
from wellheard.core.models.trail import TrailPersonal
from wellheard.core.trail import append
from wellheard.core.trail.verify import verify
from wellheard.core.writing import create_many, remove_many


def tasks(owner: Member, at: datetime, number: int) -> list[Task]:
    return [Task(owner=owner, title=f"Task {each}", button="Go", opened_at=at) for each in range(number)]


def entries() -> list[tuple[str, str]]:
    return list(TrailEntry.objects.filter(kind="core.task").order_by("seq").values_list("action", "did"))


@pytest.mark.parametrize("many", [1, 100])
def test_each_has_its_entry_in_slices_too(ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch, many: int):
    monkeypatch.setattr(append, "ENTRIES_AT_ONCE", 2)
    monkeypatch.setattr(append, "MANY", many)
    with acting("tests.bring", ana, now):
        create_many(tasks(ana, now, 5))

    assert entries() == [("tests.bring", "created")] * 5
    assert verify().ok
    assert set(TrailEntry.objects.filter(kind="core.task").values_list("at", flat=True)) == {now}
    titles = TrailPersonal.objects.filter(field="title").order_by("seq").values_list("value", flat=True)
    assert list(titles) == [f"Task {number}" for number in range(5)]


def test_of_an_inner_action_that_fails_nothing_is_left(ana: Member, now: datetime):
    with acting("tests.bring", ana, now):
        create_many(tasks(ana, now, 2))
        with pytest.raises(Refusal), acting("tests.inner", ana, now):
            create_many(tasks(ana, now, 3))
            raise Refusal("No.")

    assert (Task.objects.count(), entries()) == (2, [("tests.bring", "created")] * 2)
    assert verify().ok


def test_what_is_made_and_changed_is_created_and_what_is_removed_again_only_noted(ana: Member, now: datetime):
    with acting("tests.bring", ana, now):
        kept, gone = made = tasks(ana, now, 2)
        create_many(made)
        kept.button = "Call"
        kept.save()
        remove_many([gone])
        create_many([Task(pk=gone.pk, owner=ana, title="Again", button="Go", opened_at=now)])

    assert entries() == [("tests.bring", "created"), ("tests.bring", "created")]
    assert Task.objects.order_by("pk").values_list("button", flat=True)[0] == "Call"
    assert verify().ok
