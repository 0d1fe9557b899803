"""Merging customers: everything moves, nothing is lost, and it goes back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.conftest import Arranging
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.links import link
from wellheard.core.models import Link, Member, OutboxMessage, Site, Task, TrailEntry
from wellheard.core.outbox import post
from wellheard.core.search import find
from wellheard.core.tasks import open_task
from wellheard.core.trail.verify import verify
from wellheard.customers.actions import add_account, add_person, person_for
from wellheard.customers.actions.duplicates import merge, undo_merge
from wellheard.customers.lineage import ids_of
from wellheard.customers.merging.moving import counted
from wellheard.customers.merging.planning import CHOSEN, JOINED, OWN, SHARED, planned
from wellheard.customers.merging.rules import Moves, relations_to, rule_for
from wellheard.customers.models import Account, Affiliation, ContactPoint, Conversation, Merge, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(ana: Member, leipzig: Site, now: datetime) -> Person:
    account = add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)
    return add_person("Cleo Holzapfel", ana, at=now, email="cleo@holzapfel.example", account=account, site=leipzig)


@pytest.fixture
def double(ana: Member, leipzig: Site, now: datetime) -> Person:
    return add_person(
        "C. Holzapfel",
        ana,
        at=now,
        email="c.holzapfel@mail.example",
        phone="+49 341 234567",
        language="de",
        site=leipzig,
    )


def everything(model: Any) -> list[dict[str, object]]:
    return list(model._default_manager.order_by("pk").values())


def heard(person: Person, ana: Member, now: datetime) -> Conversation:
    row = Conversation(
        reference=f"CON-{Conversation.objects.count()}", person=person, heard_by=ana, happened_at=now, typed_at=now
    )
    row.save()
    return row


@pytest.mark.parametrize("model", [Account, Person])
def test_every_relation_has_a_rule_that_fits_its_constraints(model: Any):
    for relation in relations_to(model):
        rule = rule_for(relation)

        for constraint in relation.model._meta.constraints:
            fields = set(getattr(constraint, "fields", ()))
            if isinstance(rule, Moves) and relation.field in fields:
                names = {relation.field, relation.kind_field, *rule.clash}
                names |= {name.removesuffix("_id") for name in rule.clash}
                assert fields <= names, f"{relation.key} may clash in {constraint.name}"


@pytest.mark.parametrize("model", [Account, Person])
def test_every_field_is_chosen_joined_or_the_survivors_own(model: Any):
    chosen = {name for _, names in (CHOSEN[model] | SHARED).values() for name in names}

    assert {each.attname for each in model._meta.concrete_fields} <= chosen | JOINED | OWN


def test_the_preview_is_the_result(ana: Member, cleo: Person, double: Person, now: datetime):
    choices = {"name": "kept", "email": "gone"}
    plan = planned(cleo, double, choices)

    merge("person", cleo.pk, double.pk, ana, at=now, choices=choices)

    cleo.refresh_from_db()
    assert {name: getattr(cleo, name) for name in plan.values} == plan.values
    assert (cleo.email, cleo.phone, cleo.language) == ("c.holzapfel@mail.example", "+49 341 234567", "de")


def test_everything_moves_and_old_addresses_find_the_survivor(
    ana: Member, cleo: Person, double: Person, arranging: Arranging, now: datetime
):
    with arranging():
        heard(double, ana, now)
        open_task(ana, "Call", ana, at=now, about=double, verb="call")
        post("c.holzapfel@mail.example", "Hello", "…", key="x", purpose="news", at=now, about=double)

    made = merge("person", cleo.pk, double.pk, ana, at=now)

    double.refresh_from_db()
    assert (double.merged_into, made.kept_id, made.gone_id) == (cleo, cleo.pk, double.pk)
    assert list(Conversation.objects.order_by("pk").values_list("person_id", flat=True)) == [cleo.pk]
    assert Task.objects.get().about_id == OutboxMessage.objects.get().about_id == cleo.pk
    assert person_for("C.Holzapfel@mail.example", "", ana, at=now) == cleo
    assert ids_of(cleo) == (cleo.pk, double.pk)
    main = ContactPoint.objects.filter(person=cleo, is_main=True).order_by("what")
    assert [point.value for point in main] == ["cleo@holzapfel.example", "+49 341 234567"]
    assert [hit.record for hit in find("Holzapfel", ana) if hit.kind == "customers.person"] == [cleo]


def test_both_histories_say_it_and_the_trail_holds(ana: Member, cleo: Person, double: Person, now: datetime):
    merge("person", cleo.pk, double.pk, ana, at=now)

    told = TrailEntry.objects.filter(kind="customers.person", action="customers.merge").order_by("object_id")
    assert list(told.values_list("object_id", flat=True)) == [cleo.pk, double.pk]
    assert verify().ok


def test_what_clashes_is_resolved_by_rule(
    ana: Member, cleo: Person, double: Person, arranging: Arranging, now: datetime
):
    with arranging():
        for person, roles in ((cleo, ["user"]), (double, ["buyer"])):
            row, _ = Affiliation.objects.get_or_create(person=person, account=cleo.account)
            row.roles = roles
            row.save()
            open_task(ana, "Call", ana, at=now, about=person, verb="call")
        conversation = heard(cleo, ana, now)
        for person in (cleo, double):
            link(conversation, person, "about", ana, at=now)

    merge("person", cleo.pk, double.pk, ana, at=now)

    assert [row.roles for row in cleo.affiliations.order_by("pk")] == [["buyer", "user"]]
    assert list(Task.objects.order_by("pk").values_list("about_id", "status")) == [
        (cleo.pk, "open"),
        (double.pk, "dropped"),
    ]
    assert Link.objects.filter(target_kind="customers.person", target_id=cleo.pk).count() == 1


def test_accounts_merge_with_their_people_and_parts(ana: Member, cleo: Person, leipzig: Site, now: datetime):
    kept = cleo.account
    assert kept is not None
    other = add_account("Holzapfel GmbH", ana, at=now, site=leipzig, city="Halle")
    person = add_person("Katrin", ana, at=now, account=other)

    merge("account", kept.pk, other.pk, ana, at=now)

    person.refresh_from_db()
    kept.refresh_from_db()
    assert (person.account, kept.city) == (kept, "Halle")
    assert list(person.affiliations.values_list("account_id", "is_main")) == [(kept.pk, True)]


def test_undone_everything_is_as_it_was(ana: Member, cleo: Person, double: Person, arranging: Arranging, now: datetime):
    with arranging():
        heard(double, ana, now)
        open_task(ana, "Call", ana, at=now, about=double, verb="call")
    before = [everything(model) for model in (Person, ContactPoint, Affiliation, Conversation, Task)]
    made = merge("person", cleo.pk, double.pk, ana, at=now, choices={"name": "gone", "email": "gone"})

    undo_merge(made, ana, at=now + timedelta(hours=1), reason="They are sisters.")

    assert [everything(model) for model in (Person, ContactPoint, Affiliation, Conversation, Task)] == before
    assert (made.stayed, made.undone_reason) == ([], "They are sisters.")
    assert verify().ok


def test_what_changed_since_stays_and_is_named(
    ana: Member, cleo: Person, double: Person, arranging: Arranging, now: datetime
):
    with arranging():
        moved = heard(double, ana, now)
    made = merge("person", cleo.pk, double.pk, ana, at=now)
    with arranging():
        moved.refresh_from_db()
        moved.person = None
        moved.save()

    undo_merge(made, ana, at=now, reason="Different.")

    moved.refresh_from_db()
    assert moved.person is None
    assert made.stayed == [f"1 of customers.conversation changed since and stayed as they are: {moved.pk}."]


def test_chains_flatten_and_are_taken_back_in_reverse_order(ana: Member, leipzig: Site, now: datetime):
    first, second, third, fourth = (
        add_person(f"Cleo {number}", ana, at=now, email=f"cleo{number}@holzapfel.example") for number in range(4)
    )
    merges = [
        merge("person", second.pk, first.pk, ana, at=now),
        merge("person", third.pk, second.pk, ana, at=now),
        merge("person", fourth.pk, third.pk, ana, at=now),
    ]

    assert set(Person.objects.exclude(pk=fourth.pk).values_list("merged_into", flat=True)) == {fourth.pk}
    assert person_for("cleo0@holzapfel.example", "", ana, at=now) == fourth
    with pytest.raises(Refusal, match=f"{merges[2].reference} came later"):
        undo_merge(merges[0], ana, at=now, reason="Wrong.")
    for each in reversed(merges):
        undo_merge(each, ana, at=now, reason="Wrong.")
    assert set(Person.objects.values_list("merged_into", flat=True)) == {None}
    assert person_for("cleo0@holzapfel.example", "", ana, at=now) == first


def test_merging_twice_is_once_and_nonsense_is_refused(ana: Member, cleo: Person, double: Person, now: datetime):
    made = merge("person", cleo.pk, double.pk, ana, at=now)

    assert merge("person", cleo.pk, double.pk, ana, at=now) == made
    other = add_person("Cleo", ana, at=now)
    for kept, gone, said in (
        (cleo.pk, cleo.pk, "one and the same"),
        (other.pk, double.pk, "was merged into"),
        (cleo.pk, 10**12, "not there"),
    ):
        with pytest.raises(Refusal, match=said):
            merge("person", kept, gone, ana, at=now)
    with pytest.raises(Refusal, match="no choice"):
        merge("person", cleo.pk, other.pk, ana, at=now, choices={"name": "neither"})
    with pytest.raises(Refusal, match="to choose"):
        merge("person", cleo.pk, other.pk, ana, at=now, choices={"password": "kept"})
    assert Merge.objects.count() == 1


def test_customers_of_other_sites_are_not_merged(
    ben: Member, ana: Member, cleo: Person, lyon: Site, dan: Member, now: datetime
):
    elsewhere = add_person("Cleo", ana, at=now, site=lyon)

    with pytest.raises(NotAllowed):
        merge("person", cleo.pk, elsewhere.pk, dan, at=now)
    with pytest.raises(Refusal):
        merge("person", cleo.pk, elsewhere.pk, ben, at=now)


def test_wishes_to_be_left_alone_hold(ana: Member, cleo: Person, double: Person, arranging: Arranging, now: datetime):
    with arranging():
        double.wants_no_mail, double.tags, double.notes = True, ["VIP"], "Ring twice."
        double.save()

    merge("person", cleo.pk, double.pk, ana, at=now)

    cleo.refresh_from_db()
    assert (cleo.wants_no_mail, cleo.tags, cleo.notes) == (True, ["VIP"], "Ring twice.")


def test_the_page_is_told_what_will_move(
    ana: Member, cleo: Person, double: Person, arranging: Arranging, now: datetime
):
    with arranging():
        heard(double, ana, now)

    found = {each["relation"].key: (each["moves"], each["stays"]) for each in counted(double, cleo)}

    assert found["customers.conversation.person"] == (1, 0)
    assert found["customers.contactpoint.person"] == (2, 0)
