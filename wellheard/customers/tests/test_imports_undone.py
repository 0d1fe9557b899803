"""An import of contacts taken back: what came goes, and what was touched since stays and is named."""

from datetime import datetime, timedelta

import pytest

from wellheard.core.imports import undo_import
from wellheard.core.models import ImportBatch, Member
from wellheard.customers.actions import add_person, change_person, note_contact_point
from wellheard.customers.models import Account, ImportedChange, Person
from wellheard.customers.tests.importing import Bring, bringing, counts


@pytest.fixture
def bring(ana: Member, now: datetime) -> Bring:
    return bringing(ana, now)


def test_taking_back_removes_what_came_and_nothing_else(bring: Bring, ana: Member, now: datetime) -> None:
    add_person("Cy", ana, at=now, email="cy@x.example")
    before = counts()
    batch = bring("Name,Email,Company,Phone,City\nAnn,ann@x.example,Acme,+33472000000,Lyon\nBee,bee@x.example,Acme,,\n")

    undo_import(batch, ana, at=now + timedelta(hours=1))

    assert counts() == before
    assert ImportBatch.objects.get().status == "undone"


def test_what_something_was_attached_to_since_stays_and_is_named(bring: Bring, ana: Member, now: datetime) -> None:
    batch = bring("Name,Email,Company\nAnn,ann@x.example,Acme\nBee,bee@x.example,Initech\n")
    ann = Person.objects.get(name="Ann")
    note_contact_point(ann, "phone", "+33472000000", ana, at=now + timedelta(minutes=5))

    undo_import(batch, ana, at=now + timedelta(hours=1))

    assert list(Person.objects.values_list("name", flat=True)) == ["Ann"]
    assert list(Account.objects.values_list("name", flat=True)) == ["Acme"]
    left = ImportedChange.objects.filter(is_left=True, record_kind="customers.person").get()
    assert (left.record_id, left.note) == (ann.pk, "stays: contact point was noted since")


def test_changes_go_back_unless_somebody_changed_them_since(bring: Bring, ana: Member, now: datetime) -> None:
    ann = add_person("Ann", ana, at=now, email="ann@x.example", language="de")
    bee = add_person("Bee", ana, at=now, email="bee@x.example", language="de")
    batch = bring("Name,Email,Language,Phone\nAnn,ann@x.example,fr,+33472000000\nBee,bee@x.example,fr,\n")
    change_person(bee, ana, at=now + timedelta(minutes=5), language="it")

    undo_import(batch, ana, at=now + timedelta(hours=1))

    ann.refresh_from_db()
    bee.refresh_from_db()
    assert (ann.language, ann.phone, bee.language) == ("de", "", "it")
    assert ann.contact_points.filter(what="phone").count() == 0
    assert ImportedChange.objects.get(is_left=True).note == "language changed since and stayed as it is"


def test_a_later_row_about_the_same_customer_is_a_change(bring: Bring, ana: Member, now: datetime) -> None:
    batch = bring("Name,Email,Phone\nAnn,ann@x.example,\nAnn,ann@x.example,+33472000000\n")

    assert batch.verdicts == {"created": 1, "changed": 1, "same": 0, "rejected": 0}
    undo_import(batch, ana, at=now + timedelta(hours=1))
    assert counts() == (0, 0, 0, 0, 0, 0)
