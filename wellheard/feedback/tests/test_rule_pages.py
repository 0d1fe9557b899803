from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wellheard.core.models import Member, Site
from wellheard.feedback.actions import add_rule
from wellheard.feedback.models import ListeningRule
from wellheard.feedback.tests.conftest import Hearing

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
UNHAPPY = "When someone gives 6 or less of 10 and says why: alert the owner within 4 working hours."
FORM = {
    "name": "Unhappy customers",
    "is_on": "on",
    "scale": "nps",
    "at_most": "6",
    "has_words": "on",
    "reactions": ["alert_owner"],
    "promised_hours": "4",
}


def test_a_rule_shows_what_it_would_have_caught_before_it_is_saved(ana: Member, heard: Hearing, signed_in: SignedIn):
    recently = timezone.now() - timedelta(days=1)
    for rating in (2, 6, 9):
        heard(rating=rating, heard_at=recently)

    words = signed_in(ana).post("/feedback/rules/new/", FORM | {"preview": "yes"}).content.decode()

    assert UNHAPPY in words
    assert "In the last 90 days this would have caught 2 of 3 statements." in words
    assert not ListeningRule.objects.exists()


def test_a_rule_is_saved_and_read_as_its_sentence(
    ana: Member, leipzig: Site, organisation: object, signed_in: SignedIn
):
    client = signed_in(ana)

    client.post("/feedback/rules/new/", FORM)
    listed = client.get("/feedback/rules/").content.decode()

    rule = ListeningRule.objects.get()
    assert (rule.name, rule.conditions, rule.reactions, rule.promised_minutes) == (
        "Unhappy customers",
        {"scale": "nps", "at_most": 6, "has_words": True},
        ["alert_owner"],
        240,
    )
    assert UNHAPPY in listed
    assert "One rule listens" in listed
    assert "reacted no times in the last 90 days" in listed


def test_the_first_rule_is_there_already_and_wants_only_saving(
    ana: Member, leipzig: Site, organisation: object, signed_in: SignedIn
):
    client = signed_in(ana)
    offered = client.get("/feedback/rules/new/").context["form"]

    sent = {name: offered[name].value() for name in FORM}
    client.post("/feedback/rules/new/", sent | {"is_on": "on", "has_words": "on"})

    assert UNHAPPY in client.get("/feedback/rules/").content.decode()
    assert client.get("/feedback/rules/new/").context["form"]["scale"].value() is None


def test_a_rule_is_changed_and_switched_off(ana: Member, leipzig: Site, now: datetime, signed_in: SignedIn):
    rule = add_rule(
        "Leaks", ana, at=now, conditions={"words": ["leak", "drip"]}, reactions=["alert_owner"], promised_minutes=90
    )
    address, client = rule.get_absolute_url(), signed_in(ana)
    form = client.get(address).content.decode()

    client.post(
        address,
        {"name": "Leaks", "words": "leak", "sources": ["phone"], "site": leipzig.pk, "reactions": ["alert_owner"]},
    )

    rule.refresh_from_db()
    assert ('value="leak, drip"' in form, 'value="1.5"' in form) == (True, True)
    assert (rule.conditions, rule.site, rule.is_on, rule.promised_minutes) == (
        {"sources": ["phone"], "words": ["leak"]},
        leipzig,
        False,
        None,
    )
    assert "switched off" in client.get("/feedback/rules/").content.decode()


def test_a_rule_that_can_never_hold_is_explained(ana: Member, organisation: object, signed_in: SignedIn):
    words = signed_in(ana).post("/feedback/rules/new/", FORM | {"at_most": "11"}).content.decode()

    assert "That scale goes from 0 to 10." in words
    assert not ListeningRule.objects.exists()


def test_the_rules_page_asks_as_much_for_one_rule_as_for_three(
    ana: Member, leipzig: Site, now: datetime, signed_in: SignedIn, organisation: object
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            signed_in(ana).get("/feedback/rules/")
        return len(captured)

    add_rule("First", ana, at=now, conditions={}, reactions=["alert_owner"], site=leipzig)
    one = queries()
    for name in ("Second", "Third"):
        add_rule(name, ana, at=now, conditions={}, reactions=["alert_owner"], site=leipzig)

    assert queries() == one


def test_the_front_line_and_auditors_read_rules_and_set_none(
    ana: Member, ben: Member, auditor: Member, now: datetime, signed_in: SignedIn, organisation: object
):
    rule = add_rule("All", ana, at=now, conditions={}, reactions=["alert_owner"])

    for member in (ben, auditor):
        words = signed_in(member).get(rule.get_absolute_url()).content.decode()
        assert ("When someone says anything" in words, "Save the rule" in words) == (True, False)
        assert "Add a rule" not in signed_in(member).get("/feedback/rules/").content.decode()
        assert signed_in(member).post(rule.get_absolute_url(), FORM).status_code == 403
        assert signed_in(member).get("/feedback/rules/new/").status_code == 403
    assert ListeningRule.objects.get().name == "All"
