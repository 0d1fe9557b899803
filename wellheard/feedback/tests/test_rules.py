from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from wellheard.conftest import SETUP, Arranging
from wellheard.core.actors import Actor, Public, Role
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, OutboxMessage, Site, Task, TrailEntry
from wellheard.core.setup import add_member
from wellheard.customers.models import Account, Person
from wellheard.feedback import rules
from wellheard.feedback.actions import add_rule, change_rule, fire_rule
from wellheard.feedback.models import ListeningRule, RuleFiring, Statement
from wellheard.feedback.rules import Reaction, consider, register_reaction, rule_sentence
from wellheard.feedback.tests.conftest import Hearing

pytestmark = pytest.mark.django_db


def alerts() -> QuerySet[Task]:
    """The tasks that rules opened; a new segment has one of its own, to look again at what it needs."""
    return Task.objects.exclude(about_kind="customers.interestedparty")


UNHAPPY = {"scale": "nps", "at_most": 6, "has_words": True}


@pytest.fixture(autouse=True)
def known_reactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the built-in reaction, whatever apps above have registered."""
    monkeypatch.setattr(rules, "_reactions", {"alert_owner": rules._reactions["alert_owner"]})


@pytest.fixture
def alert(ana: Member, now: datetime) -> ListeningRule:
    return add_rule(
        "Unhappy customers", ana, at=now, conditions=UNHAPPY, reactions=["alert_owner"], promised_minutes=240, owner=ana
    )


def test_a_rule_reads_as_a_sentence(ana: Member, leipzig: Site, alert: ListeningRule, now: datetime):
    register_reaction(Reaction("open_case", "open a complaint case", lambda *args, **kwargs: None))
    change_rule(alert, ana, at=now, reactions=["alert_owner", "open_case"])

    assert rule_sentence(alert) == (
        "When someone gives 6 or less of 10 and says why: alert the owner within 4 working hours and open a complaint case."
    )
    change_rule(alert, ana, at=now, promised_minutes=90, site=leipzig, reactions=["alert_owner"])
    assert rule_sentence(alert) == (
        "When someone at Leipzig gives 6 or less of 10 and says why: alert the owner within 90 working minutes."
    )


def test_the_owner_is_alerted_with_the_words_whole_and_the_time_promised(
    alert: ListeningRule, heard: Hearing, cleo: Person, ben: Member, leipzig: Site, now: datetime, settings
):
    settings.PUBLIC_URL = "https://feedback.rosetau.example"
    statement = heard("Nobody picks up.\n\nNever.", rating=2, person=cleo, source="survey")

    task, mail = alerts().get(), OutboxMessage.objects.get()
    # Monday 16:30 in Leipzig, which closes at 17:00: half an hour, then three and a half on Tuesday.
    assert (task.owner, task.title, task.note, task.button, task.url, task.due_at, task.site, task.verb) == (
        ben,
        "Call Gärtnerei Holzapfel back",
        "Gave 2 out of 10: “Nobody picks up. Never.”",
        "Read and call",
        statement.get_absolute_url(),
        datetime(2026, 11, 17, 11, 30, tzinfo=UTC),
        leipzig,
        "call_back",
    )
    assert (mail.to, mail.subject) == ("ben@rosetau.example", "Call Gärtnerei Holzapfel back by tomorrow, 12:30")
    assert mail.text.startswith(
        "Hello Ben Okafor,\n\nGärtnerei Holzapfel (Cleo Holzapfel) gave 2 out of 10 in a survey.\n"
    )
    assert (
        "Nobody picks up.\n\nNever.\n\nWe promised to call back by tomorrow, 12:30. 4 working hours from" in mail.text
    )
    assert mail.text.endswith(f"https://feedback.rosetau.example{statement.get_absolute_url()}\n")
    firing = RuleFiring.objects.get()
    assert firing.did == [{"reaction": "alert_owner", "did": "Alerted Ben Okafor, to call back by tomorrow, 12:30"}]
    assert firing.did_words == "Alerted Ben Okafor, to call back by tomorrow, 12:30."


def test_whoever_left_no_name_is_read_and_not_called(alert: ListeningRule, heard: Hearing, ana: Member):
    statement = heard("Nobody picks up.", rating=2)

    task = Task.objects.get(about_kind=statement.kind, about_id=statement.pk)
    assert (task.owner, task.title, task.button) == (ana, "Read what someone said by phone", "Read it")
    assert RuleFiring.objects.get().did_words.startswith("Alerted Ana Brandt, to read it by ")


def test_reactions_are_done_by_the_house_whoever_brought_the_words(alert: ListeningRule, heard: Hearing, cleo: Person):
    statement = heard(rating=2, person=cleo, by=Public("form"))

    entries = TrailEntry.objects.filter(action="feedback.fire_rule").order_by("pk")
    assert {entry.actor_id for entry in entries} == {"system:listening rules"}
    assert RuleFiring.objects.get().statement == statement


def test_a_rule_reacts_once_to_a_statement(
    alert: ListeningRule, heard: Hearing, cleo: Person, ana: Member, now: datetime
):
    statement = heard(rating=2, person=cleo)

    assert consider(statement, ana, at=now) == []
    assert (RuleFiring.objects.count(), alerts().count(), OutboxMessage.objects.count()) == (1, 1, 1)


def test_a_second_rule_alerts_nobody_twice_and_brings_the_time_forward_only(
    alert: ListeningRule, heard: Hearing, cleo: Person, ana: Member, now: datetime
):
    for name, minutes in (("Later", 480), ("Sooner", 60)):
        add_rule(name, ana, at=now, conditions={}, reactions=["alert_owner"], promised_minutes=minutes)

    heard(rating=2, person=cleo)

    assert alerts().get().due_at == datetime(2026, 11, 17, 8, 30, tzinfo=UTC)
    assert [each.did[0]["did"] for each in RuleFiring.objects.order_by("pk")] == [
        "Alerted Ben Okafor, to call back by tomorrow, 12:30",
        "Ben Okafor was alerted already",
        "Alerted Ben Okafor, to call back by tomorrow, 09:30",
    ]


def test_without_an_owner_of_the_account_the_rules_owner_is_alerted(alert: ListeningRule, heard: Hearing, ana: Member):
    heard(rating=2)

    assert (alerts().get().owner, alerts().get().title) == (ana, "Read what someone said by phone")


def test_without_any_owner_a_quality_manager_of_the_site_is_alerted(
    heard: Hearing, holzapfel: Account, ana: Member, leipzig: Site, now: datetime, arranging: Arranging
):
    add_rule("All", ana, at=now, conditions={}, reactions=["alert_owner"])
    with arranging():
        holzapfel.owner = None
        holzapfel.save()

    heard(account=holzapfel)

    assert (alerts().get().owner, alerts().get().due_at) == (ana, None)


def test_who_has_left_is_not_alerted(
    alert: ListeningRule, heard: Hearing, cleo: Person, ben: Member, ana: Member, arranging: Arranging
):
    with arranging():
        ben.is_active = False
        ben.save()

    heard(rating=2, person=cleo)

    assert alerts().get().owner == ana


def test_when_nobody_can_be_alerted_the_words_are_kept_and_it_says_so(
    heard: Hearing, ana: Member, now: datetime, arranging: Arranging
):
    add_rule("All", ana, at=now, conditions={}, reactions=["alert_owner"])
    with arranging():
        ana.is_active = False
        ana.save()

    heard(by=Public())

    assert Statement.objects.count() == 1
    assert RuleFiring.objects.get().did[0]["did"].startswith("Nobody was alerted")


def test_old_news_alarms_nobody(alert: ListeningRule, heard: Hearing, now: datetime):
    heard(rating=2, heard_at=now - timedelta(days=31))
    heard(rating=2, heard_at=now - timedelta(days=30))

    assert RuleFiring.objects.count() == 1


def test_a_rule_that_is_off_does_nothing(alert: ListeningRule, heard: Hearing, ana: Member, now: datetime):
    change_rule(alert, ana, at=now, is_on=False)

    heard(rating=2)

    assert not RuleFiring.objects.exists()


def test_a_refused_reaction_stops_neither_the_others_nor_the_words(heard: Hearing, ana: Member, now: datetime):
    def refuses(statement: Statement, rule: ListeningRule, by: Actor, *, at: datetime) -> str:
        raise Refusal("The site keeps no hours.")

    register_reaction(Reaction("open_case", "open a complaint case", refuses))
    register_reaction(Reaction("praise", "pass the praise on", lambda statement, rule, by, at: statement))
    add_rule("All", ana, at=now, conditions={}, reactions=["open_case", "praise"])

    statement = heard()

    assert [each["did"] for each in RuleFiring.objects.get().did] == [
        "Could not open a complaint case: The site keeps no hours.",
        f"Pass the praise on: {statement.label}",
    ]


def test_a_fault_in_a_reaction_keeps_nothing_so_that_it_can_be_tried_again(heard: Hearing, ana: Member, now: datetime):
    def breaks(*args: object, **kwargs: object) -> str:
        raise ZeroDivisionError

    register_reaction(Reaction("open_case", "open a complaint case", breaks))
    add_rule("All", ana, at=now, conditions={}, reactions=["open_case"])

    with pytest.raises(ZeroDivisionError):
        heard()

    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reactions": ["open_the_gates"]}, "reactions"),
        ({"conditions": {"sources": ["telepathy"]}}, "sources"),
        ({"name": " "}, "name"),
        ({"promised_minutes": 0}, "promised_minutes"),
    ],
)
def test_a_rule_that_could_not_work_is_not_saved(changes: dict[str, Any], field: str, ana: Member, now: datetime):
    values = {"name": "All", "conditions": {}, "reactions": ["alert_owner"]} | changes

    with pytest.raises(Refusal) as refused:
        add_rule(values.pop("name"), ana, at=now, **values)

    assert refused.value.field == field
    assert not ListeningRule.objects.exists()


def test_rules_are_set_by_quality_managers_and_leave_a_trail(
    alert: ListeningRule, ana: Member, ben: Member, auditor: Member, heard: Hearing, now: datetime
):
    change_rule(alert, ana, at=now, name="Very unhappy customers")

    entries = TrailEntry.objects.filter(kind="feedback.listeningrule").order_by("pk")
    assert [entry.action for entry in entries] == ["feedback.add_rule", "feedback.change_rule"]
    for stranger in (ben, auditor):
        with pytest.raises(NotAllowed):
            change_rule(alert, stranger, at=now, is_on=False)
        with pytest.raises(NotAllowed):
            add_rule("Mine", stranger, at=now, conditions={}, reactions=[])
        with pytest.raises(NotAllowed):
            fire_rule(heard(), alert, stranger, at=now)


def test_rules_are_asked_in_the_order_in_which_they_were_added(ana: Member, now: datetime):
    names = ["First", "Second", "Third"]
    for name in names:
        add_rule(name, ana, at=now, conditions={}, reactions=["alert_owner"])

    assert list(ListeningRule.objects.values_list("name", "position")) == [("First", 0), ("Second", 1), ("Third", 2)]
    with pytest.raises(TypeError, match="colour"):
        change_rule(ListeningRule.objects.get(name="First"), ana, at=now, colour="red")


def test_a_rule_is_not_moved_to_a_site_where_one_has_no_say(leipzig: Site, lyon: Site, now: datetime):
    lea = add_member(
        "Lea Roux", "lea@rosetau.example", SETUP, at=now, roles=(Role.QUALITY_MANAGER,), site=lyon, only_at_site=True
    )
    rule = add_rule("Low", lea, at=now, conditions={}, reactions=["alert_owner"], site=lyon)

    with pytest.raises(NotAllowed):
        change_rule(rule, lea, at=now, site=leipzig)

    assert ListeningRule.objects.get().site == lyon
