"""Whom of us the forms offer as owner, or as the one who heard."""

from datetime import datetime

import pytest
from django import forms

from wellheard.core.actors import Role
from wellheard.core.models import Member
from wellheard.core.setup import add_member, deactivate_member
from wellheard.customers.forms.conversations import ConversationForm, FollowUpForm, NewConversationForm
from wellheard.customers.forms.directory import AccountForm, PersonForm
from wellheard.customers.forms.members import who_can_look_after
from wellheard.customers.forms.parties import NeedForm, PartyForm
from wellheard.customers.forms.privacy import RequestForm
from wellheard.customers.forms.segments import SegmentForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(admin: Member, now: datetime) -> Member:
    roles = (Role.AUDITOR, Role.ANALYST)
    return add_member("Bea Both", "bea@rosetau.example", admin, at=now, roles=roles)


def test_those_who_only_read_and_those_who_left_are_nobody_to_choose(
    admin: Member, ana: Member, ben: Member, both: Member, auditor: Member, now: datetime
):
    deactivate_member(ben, admin, at=now)

    assert list(who_can_look_after(ana)) == [admin, ana, both]


def test_whoever_stands_there_stays(admin: Member, ana: Member, ben: Member, auditor: Member, now: datetime):
    deactivate_member(ben, admin, at=now)

    assert list(who_can_look_after(ana, ben)) == [admin, ana, ben]
    assert list(who_can_look_after(ana, auditor.pk)) == [admin, ana, auditor]


def test_every_form_offers_the_same(ana: Member, ben: Member, auditor: Member, now: datetime):
    conversations = [form(member=ana, now=now) for form in (ConversationForm, NewConversationForm)]
    kinds = (AccountForm, PersonForm, SegmentForm, PartyForm, NeedForm, RequestForm, FollowUpForm)
    others = [form(member=ana) for form in kinds]
    chosen = [
        field
        for form in (*conversations, *others)
        for name, field in form.fields.items()
        if name in {"owner", "heard_by", "follow_up_owner"} and isinstance(field, forms.ModelChoiceField)
    ]

    assert len(chosen) == 10
    assert all(list(field.queryset or ()) == [ana, ben] for field in chosen)
