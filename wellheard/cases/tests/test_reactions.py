"""A listening rule opens a case, once; the case takes its place in the thread and in the customer's story."""

import pytest

from wellheard.cases.models import Case
from wellheard.core.actors import Role, System
from wellheard.core.setup import add_member
from wellheard.core.thread import thread_of
from wellheard.customers.actions import add_person
from wellheard.customers.matters import open_matters
from wellheard.customers.timeline import timeline_of
from wellheard.feedback.actions.rules import add_rule
from wellheard.feedback.actions.statements import hear
from wellheard.feedback.models import RuleFiring
from wellheard.improvement.actions import open_analysis


@pytest.fixture
def rule(ana, now):
    return add_rule("Low scores", ana, at=now, conditions={"scale": "nps", "at_most": 6}, reactions=["open_case"])


@pytest.fixture
def say(organisation, ana, leipzig, now):
    cleo = add_person("Cleo Winter", ana, at=now, email="cleo@winter.example", language="de", site=leipzig)

    def begin(words="Zwei Verbinder tropfen seit gestern.", rating=3, **changes):
        given = {"person": cleo, "site": leipzig, "source": "survey", "heard_at": now} | changes
        return hear(words, ana, at=now, rating=rating, rating_scale="nps", **given)

    return begin


def test_a_low_score_opens_a_case_for_the_front_line(rule, ben, say, now):
    statement = say()

    case = Case.objects.get()
    assert (case.title, case.owner, case.status) == ("Zwei Verbinder tropfen seit gestern", ben, "received")
    assert (case.channel, case.received_at, case.contact_email) == ("survey", now, "cleo@winter.example")
    assert case.entries.get().summary == "opened this: a listening rule asked for it."
    assert RuleFiring.objects.get(statement=statement).did_words == "Opened CAS-2026-0001, looked after by Ben Okafor."


def test_a_high_score_opens_none(rule, ben, say):
    say(rating=9)

    assert Case.objects.count() == 0


def test_a_score_without_words_says_its_number(rule, ben, say):
    say(words="", rating=2)

    assert Case.objects.get().title == "2 out of 10 from Cleo Winter"


def test_whoever_looks_after_the_customer_looks_after_the_case(rule, ana, ben, say, holzapfel, now, leipzig, arranging):
    mehmet = add_member(
        "Mehmet",
        "m@rosetau.example",
        System("tests"),
        at=now,
        roles=(Role.FRONT_LINE,),
        site=leipzig,
        only_at_site=True,
    )
    with arranging():
        holzapfel.owner = mehmet
        holzapfel.save()

    say(account=holzapfel)

    assert Case.objects.get().owner == mehmet


def test_a_second_rule_opens_no_second_case(rule, ana, ben, say, now):
    add_rule("Very low", ana, at=now, conditions={"scale": "nps", "at_most": 3}, reactions=["open_case"])

    say()

    assert Case.objects.count() == 1
    assert [firing.did_words for firing in RuleFiring.objects.order_by("pk")] == [
        "Opened CAS-2026-0001, looked after by Ben Okafor.",
        "It is CAS-2026-0001 already.",
    ]


def test_the_case_stands_in_the_thread_after_the_statement(rule, ana, ben, say):
    say()
    case = Case.objects.get()

    answer, here, *later = thread_of(case, ana, here="case")

    assert (answer.title, answer.words, answer.state) == ("Answer", "3 out of 10, 16 November", "done")
    assert (here.words, here.state) == ("New, to be acknowledged, CAS-2026-0001", "here")
    assert [step.state for step in later] == ["later"] * 4


def test_words_by_phone_are_the_beginning_of_their_own_thread(received, ana):
    answer, *_later = thread_of(received, ana, here="case")

    assert (answer.words, answer.state) == ("Phone, 16 November", "done")


def test_a_cause_named_in_the_case_is_shown_until_an_analysis_looks_for_it(investigating, ana, now):
    named = thread_of(investigating, ana, here="case")[2]
    open_analysis("Glued cold", "They drip.", ana, at=now, origin=investigating)
    analysed = thread_of(investigating, ana, here="case")[2]

    assert (named.words, named.state) == ("Seals glued too cold", "done")
    assert (analysed.state, analysed.others) == ("doing", 0)


def test_the_case_stands_in_the_customers_story_for_those_who_may_see_it(received, ana, dan):
    told = [(item.actor, item.text) for item in timeline_of(received.person, ana).items]
    matters, _ = open_matters(received.person, ana)

    assert told == [("Cleo Winter", "came with a complaint: Connectors drip")]
    assert [(each.title, each.since) for each in matters] == [
        (f"{received.reference} Connectors drip", received.received_at)
    ]
    assert (timeline_of(received.person, dan).items, open_matters(received.person, dan)[0]) == ([], [])
