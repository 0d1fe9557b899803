from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.core.errors import Refusal
from wellheard.core.models import Site
from wellheard.customers.models import Account
from wellheard.feedback.conditions import Conditions, applies, would_have_caught
from wellheard.feedback.models import ListeningRule
from wellheard.feedback.sentences import conditions_in_words, sentence
from wellheard.feedback.tests.conftest import Hearing

LOW = Conditions(scale="nps", at_most=6)


@pytest.mark.parametrize(
    ("conditions", "site", "words"),
    [
        (Conditions(), "", "When someone says anything"),
        (Conditions(sources=("phone", "visit")), "Lyon", "When someone at Lyon says anything by phone or at a visit"),
        (Conditions(scale="nps", at_most=6, has_words=True), "", "When someone gives 6 or less of 10 and says why"),
        (Conditions(scale="nps", at_least=9), "", "When someone gives 9 or more of 10"),
        (Conditions(scale="csat", at_least=2, at_most=3), "", "When someone gives 2 to 3 of 5"),
        (Conditions(scale="csat", at_most=1), "", "When someone gives 1 of 5"),
        (Conditions(has_words=True), "", "When someone says something in words"),
        (
            Conditions(sources=("survey",), words=("leak", "drip"), segment="Landscapers"),
            "",
            "When a customer of “Landscapers”, in a survey, says “leak” or “drip”",
        ),
    ],
)
def test_conditions_read_as_half_a_sentence(conditions: Conditions, site: str, words: str):
    assert conditions_in_words(conditions, site) == words


def test_a_rule_without_reactions_says_that_nothing_happens():
    assert sentence(LOW, ()) == "When someone gives 6 or less of 10: nothing happens yet."


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        (Conditions(), True),
        (LOW, True),
        (Conditions(scale="nps", at_most=1), False),
        (Conditions(scale="nps", at_least=3), False),
        (Conditions(scale="csat", at_most=5), False),
        (Conditions(sources=("phone",)), True),
        (Conditions(sources=("survey",)), False),
        (Conditions(has_words=True), True),
        (Conditions(words=("HOTLINE", "leak")), True),
        (Conditions(words=("nobody at the hot",)), True),
        (Conditions(words=("hotline nobody",)), False),
        (Conditions(words=("line",)), False),
        (Conditions(words=("tropfend",)), False),
        (Conditions(words=("TROPF",)), True),
        (Conditions(segment="landscapers"), True),
        (Conditions(segment="Towns"), False),
    ],
)
@pytest.mark.django_db
def test_a_condition_holds_in_memory_and_in_the_database_alike(
    conditions: Conditions, holds: bool, heard: Hearing, holzapfel: Account, now: datetime
):
    statement = heard("Nobody at the Hotlines picks up. Der Hahn tröpfelt… tropft.", rating=2, account=holzapfel)

    assert conditions.hold_for(statement) is holds
    assert would_have_caught(conditions, None, until=now) == (int(holds), 1)


@pytest.mark.django_db
def test_only_words_count_as_words_and_the_last_ninety_days_as_recent(heard: Hearing, leipzig: Site, now: datetime):
    heard("   ", rating=2)
    heard("Why.", rating=2, heard_at=now - timedelta(days=90))
    heard("Why.", rating=2, heard_at=now - timedelta(days=89), site=leipzig)

    assert would_have_caught(Conditions(has_words=True), None, until=now) == (1, 2)
    assert would_have_caught(LOW, leipzig.pk, until=now) == (1, 2)


@pytest.mark.django_db
def test_a_rule_of_one_site_listens_there_alone(heard: Hearing, leipzig: Site, lyon: Site):
    statement = heard(site=leipzig)

    assert applies(ListeningRule(site=leipzig), statement)
    assert not applies(ListeningRule(site=lyon), statement)


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        ({"mood": "bad"}, ""),
        ({"sources": ["telepathy"]}, "sources"),
        ({"at_most": 6}, "scale"),
        ({"scale": "csat", "at_most": 6}, "at_most"),
        ({"scale": "nps", "at_most": 3, "at_least": 4}, "at_most"),
    ],
)
def test_conditions_that_can_never_hold_are_refused(stored: dict[str, Any], field: str):
    with pytest.raises(Refusal) as refused:
        Conditions.from_json(stored)

    assert refused.value.field == field


def test_conditions_are_stored_without_what_they_do_not_ask():
    conditions = Conditions(sources=("phone",), scale="nps", at_most=0, words=(" leak ",))

    stored = Conditions.from_json(conditions.to_json()).to_json()

    assert stored == {"sources": ["phone"], "scale": "nps", "at_most": 0, "words": ["leak"]}
