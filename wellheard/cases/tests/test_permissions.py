"""Who sees which cases, and that nobody handles a complaint about themselves."""

from datetime import datetime

import pytest

from wellheard.cases import actions
from wellheard.cases.models import Case, Entry
from wellheard.core.actors import Role, System
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.links import may_see
from wellheard.core.models import Member, Site
from wellheard.core.search import find
from wellheard.core.setup import add_member


def member(name: str, role: Role, now: datetime, site: Site, *, only_at_site: bool = True) -> Member:
    address = f"{name.lower()}@rosetau.example"
    return add_member(name, address, System("tests"), at=now, roles=(role,), site=site, only_at_site=only_at_site)


def test_who_sees_the_cases_of_a_site(received, ana, ben, dan, auditor, admin, leipzig, lyon, now):
    seen_by = {
        "Ana": ana,
        "Ben": ben,
        "Auditor": auditor,
        "Process owner": member("Pia", Role.PROCESS_OWNER, now, leipzig),
        "Analyst": member("Ida", Role.ANALYST, now, leipzig),
        "Top": member("Tom", Role.TOP_MANAGEMENT, now, leipzig, only_at_site=False),
        "Dan": dan,
        "Administrator": admin,
        "Lyon": member("Luc", Role.FRONT_LINE, now, lyon),
        "Employee": member("Eva", Role.EMPLOYEE, now, leipzig),
    }

    seeing = [name for name, each in seen_by.items() if list(Case.objects.visible_to(each)) == [received]]

    assert seeing == ["Ana", "Ben", "Auditor", "Process owner", "Analyst", "Top"]
    assert all(Entry.objects.visible_to(seen_by[name]).count() == (1 if name in seeing else 0) for name in seen_by)


def test_the_process_owner_notes_and_does_not_answer(investigating, leipzig, now):
    pia = member("Pia", Role.PROCESS_OWNER, now, leipzig)

    actions.note(investigating, pia, at=now, text="The oven was off.")
    with pytest.raises(NotAllowed):
        actions.answer(investigating, pia, at=now, finding="upheld", text="Sorry.")

    investigating.refresh_from_db()
    assert investigating.status == "investigating"


@pytest.fixture
def about_ben(opened, ana, ben):
    return opened(by=ana, subject_member=ben, words="Your Mr Okafor shouted at me.", title="Shouted at")


def test_a_complaint_about_somebody_is_hidden_from_them(about_ben, ana, ben):
    assert about_ben.owner == ana
    assert list(Case.objects.visible_to(ben)) == []
    assert list(Entry.objects.visible_to(ben)) == []
    assert not may_see(ben, about_ben)
    assert [hit.record for hit in find("shouted", ana) if hit.kind == "cases.case"] == [about_ben]
    assert [hit for hit in find("shouted", ben) if hit.kind == "cases.case"] == []


def test_nobody_handles_a_complaint_about_themselves(about_ben, ben, now):
    with pytest.raises(NotAllowed, match="about you"):
        actions.acknowledge(about_ben, ben, at=now)


def test_nobody_is_given_a_complaint_about_themselves(about_ben, opened, ana, ben, now):
    with pytest.raises(Refusal, match="it is about them"):
        actions.hand_over(about_ben, ana, at=now, owner=ben)
    with pytest.raises(Refusal, match="it is about them"):
        opened(by=ana, subject_member=ben, owner=ben)

    about_ben.refresh_from_db()
    assert about_ben.owner == ana
