from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from wellheard.core.errors import Refusal
from wellheard.core.models import Link, Member, Organisation, Site
from wellheard.customers.actions import add_account, add_person, change_words, log_conversation
from wellheard.customers.models import Conversation, HeardWords
from wellheard.feedback.heard_words import hear_words, made
from wellheard.feedback.models import Statement

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Member], Client]


@pytest.fixture
def call(ana: Member, ben: Member, leipzig: Site, organisation: Organisation, now: datetime) -> Conversation:
    account = add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)
    cleo = add_person("Cleo Holzapfel", ana, at=now, account=account)
    return log_conversation(
        "visit",
        ben,
        at=now,
        happened_at=now - timedelta(days=2),
        person=cleo,
        words=["Niemand geht ans Telefon.", "Die Hähne sind gut."],
    )


def test_heard_words_become_a_statement_that_says_when_and_by_whom_it_was_said(
    call: Conversation, ben: Member, now: datetime
):
    words = call.heard_words.first()
    assert words is not None

    statement = hear_words(words, ben, at=now + timedelta(hours=1))

    assert (statement.verbatim, statement.source) == ("Niemand geht ans Telefon.", "visit")
    assert (statement.heard_at, statement.typed_at) == (call.happened_at, call.typed_at)
    assert (statement.person, statement.account, statement.site) == (call.person, call.account, call.site)
    assert Link.objects.get(role="heard as").source_kind == "customers.heardwords"


def test_heard_twice_they_are_one_statement(call: Conversation, ben: Member, ana: Member, now: datetime):
    first, second = call.heard_words.order_by("pk")

    assert hear_words(first, ben, at=now) == hear_words(first, ana, at=now)
    assert hear_words(second, ben, at=now) != hear_words(first, ben, at=now)
    assert Statement.objects.count() == 2


def test_what_became_a_statement_is_not_corrected_any_more(call: Conversation, ben: Member, now: datetime):
    words = call.heard_words.first()
    assert words is not None
    hear_words(words, ben, at=now)

    with pytest.raises(Refusal, match="STA-2026-0001"):
        change_words(words, "Jemand geht ans Telefon.", ben, at=now)


def test_where_it_is_kept_is_told_to_those_who_may_see_it(call: Conversation, ben: Member, dan: Member, now: datetime):
    words = list(call.heard_words.order_by("pk"))
    statement = hear_words(words[0], ben, at=now)

    assert {pk: each.url for pk, each in made(words, ben).items()} == {words[0].pk: statement.get_absolute_url()}
    assert {pk: each.url for pk, each in made(words, dan).items()} == {words[0].pk: ""}


@pytest.mark.pages
def test_one_click_keeps_it_and_both_pages_lead_to_each_other(call: Conversation, ben: Member, signed_in: SignedIn):
    client = signed_in(ben)
    words = HeardWords.objects.order_by("pk").first()
    assert words is not None
    before = client.get(call.get_absolute_url()).content.decode()

    for _ in range(2):
        answer = client.post(f"/feedback/heard-words/{words.pk}/")
        assert (answer.status_code, answer["Location"]) == (302, call.get_absolute_url())

    after = client.get(call.get_absolute_url()).content.decode()
    statement = Statement.objects.get()
    page = client.get(statement.get_absolute_url()).content.decode()
    assert (before.count("Keep it as feedback"), after.count("Keep it as feedback")) == (2, 1)
    assert f'href="{statement.get_absolute_url()}"' in after
    assert f'href="{call.get_absolute_url()}"' in page
    assert "A conversation: “Niemand geht ans Telefon.”" in page


@pytest.mark.pages
def test_words_of_another_site_are_not_found(
    ana: Member, ben: Member, lyon: Site, organisation: Organisation, now: datetime, signed_in: SignedIn
):
    there = add_account("Jardins", ana, at=now, site=lyon)
    call = log_conversation("call", ana, at=now, happened_at=now, account=there, words=["Non."])
    words = call.heard_words.get()

    assert signed_in(ben).post(f"/feedback/heard-words/{words.pk}/").status_code == 404
    assert signed_in(ben).get(call.get_absolute_url()).status_code == 404
    assert signed_in(ana).get(f"/feedback/heard-words/{words.pk}/").status_code == 405
    assert not Statement.objects.exists()


@pytest.mark.pages
def test_an_auditor_presses_nothing(call: Conversation, auditor: Member, signed_in: SignedIn):
    client = signed_in(auditor)
    words = call.heard_words.first()
    assert words is not None

    assert "Keep it as feedback" not in client.get(call.get_absolute_url()).content.decode()
    assert client.post(f"/feedback/heard-words/{words.pk}/").status_code == 403
