"""Home says how many things need the member, then the truth, and never a number without its base."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wellheard.conftest import Arranging
from wellheard.core import access, home
from wellheard.core.home import Aside, NewsItem, TallyItem, TruthItem
from wellheard.core.models import Member, Site, Task
from wellheard.ground.working_time import Calendar
from wellheard.web.agenda import OFFICE, clock_words
from wellheard.web.views.home import FIRST_STEPS, greeting, needs_in_words

pytestmark = pytest.mark.pages
SignIn = Callable[[Member], Client]
SCORE = TruthItem("Would recommend us", 412, "From 412 of 1,280.", 41, 35, 47, finding="No real change", minimum=-100)


@pytest.fixture
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A home page on which no app shows anything."""
    for name in ("_truths", "_tallies", "_news", "_asides"):
        monkeypatch.setattr(home, name, [])


@pytest.fixture
def task(leipzig: Site, arranging: Arranging, now: datetime) -> Callable[..., Task]:
    def make(owner: Member, title: str, due_at: datetime | None = None, **details: Any) -> Task:
        made = Task(owner=owner, title=title, due_at=due_at, opened_at=now, site=leipzig, **details)
        with arranging():
            made.save()
        return made

    return make


@pytest.mark.parametrize(
    ("hour", "words"), [(4, "Good evening"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_the_greeting_fits_the_hour(hour: int, words: str):
    assert greeting(datetime(2026, 11, 16, hour, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Nothing needs you today."),
        (1, "One thing needs you."),
        (5, "Five things need you."),
        (23, "23 things need you."),
    ],
)
def test_the_number_of_things_is_in_words(count: int, words: str):
    assert needs_in_words(count) == words


def test_home_shows_the_five_soonest_and_counts_them_all(ana, ben, task, signed_in: SignIn, nothing_registered):
    soon = timezone.now() + timedelta(hours=1)
    for number in range(7):
        task(ana, f"Task {number}", soon + timedelta(days=7 - number), url=f"/cases/{number}/")
    task(ben, "Not hers", soon)

    page = signed_in(ana).get("/")

    assert page.context["needs"] == "Seven things need you."
    assert [line.title for line in page.context["agenda"]] == ["Task 6", "Task 5", "Task 4", "Task 3", "Task 2"]
    assert "Not hers" not in page.content.decode()


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-11-13T10:00+01:00", ("Late", "since Friday, 3 days", "worse")),
        ("2026-11-16T16:45+01:00", ("Today, 16:45", "in 15 minutes", "wait")),
        ("2026-11-17T12:00+01:00", ("Tomorrow, 12:00", "in 1 working day", "wait")),
        ("2026-11-27T12:00+01:00", ("Friday 27\u00a0Nov", "in 9 working days", "")),
        ("2027-01-08T12:00+01:00", ("Friday 8\u00a0Jan\u00a02027", "in 39 working days", "")),
        (None, ("No date", "since yesterday", "")),
    ],
)
def test_the_clock_of_a_task_is_in_words(due: str | None, expected: tuple[str, str, str], now: datetime):
    task = Task(due_at=due and datetime.fromisoformat(due), opened_at=now - timedelta(days=1))

    with timezone.override("Europe/Berlin"):
        assert clock_words(task, now, Calendar(zone="Europe/Berlin", week=OFFICE, holidays={})) == expected


def test_a_task_without_an_address_leads_to_the_record_that_it_is_about(
    ana, task, signed_in: SignIn, nothing_registered
):
    about = task(ana, "The record itself", status="done")
    task(ana, "Answer", about_kind="core.task", about_id=about.pk, button="Read")

    line = signed_in(ana).get("/").context["agenda"][0]

    assert (line.url, line.button) == ("", "")  # core's tasks have no page of their own: no button that leads nowhere


def test_one_task_and_three_ask_the_database_the_same_number_of_questions(
    ana, task, signed_in: SignIn, nothing_registered, django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    client = signed_in(ana)
    task(ana, "One", timezone.now())
    with django_assert_max_num_queries(16) as one:
        client.get("/")
    task(ana, "Two", timezone.now())
    task(ana, "Three")

    with django_assert_num_queries(len(one)):
        client.get("/")


def test_a_fresh_house_teaches_the_first_steps_that_the_member_may_take(
    ana, dan, signed_in: SignIn, nothing_registered
):
    assert signed_in(ana).get("/").context["needs"] == "Nothing needs you today."
    assert signed_in(dan).get("/").context["first_steps"] == []


def test_a_fresh_house_says_in_which_hours_it_promises_to_whoever_may_set_them(
    admin, dan, leipzig, signed_in: SignIn, nothing_registered
):
    page = signed_in(admin).get("/").content.decode()

    assert "So far: Leipzig, Monday to Friday" in page
    assert f'href="/sites/{leipzig.pk}/"' in page
    assert "So far:" not in signed_in(dan).get("/").content.decode()


# ---- what the apps register -----------------------------------------------------------------------------------------
def test_scores_counts_news_and_asides_of_the_apps_are_shown_in_their_order(
    ana, now, signed_in: SignIn, nothing_registered
):
    home.register_truth(lambda member, at: SCORE, order=20)
    home.register_truth(lambda member, at: TruthItem("Found it easy", 0, "Nobody was asked yet."), order=10)
    home.register_truth(lambda member, at: None)
    home.register_tally(lambda member, at: [TallyItem("37 of 38", "answered in the time we promised")])
    home.register_news(lambda member, at: [NewsItem(now, "18 people were told"), NewsItem(now + timedelta(1), "Newer")])
    home.register_aside(lambda member, at: Aside("Ready for the audit?", "Nine things are missing."))

    page = signed_in(ana).get("/")
    beside, text = page.context["beside"], page.content.decode()

    assert [item.name for item in beside.truths] == ["Found it easy", "Would recommend us"]
    assert [item.text for item in beside.news] == ["Newer", "18 people were told"]
    for words in ("give or take 6", "From 412 of 1,280.", "Nobody was asked yet.", "37 of 38", "Ready for the audit?"):
        assert words in text
    assert not beside.is_incomplete


def test_a_part_that_fails_is_left_out_and_the_page_says_so(ana, signed_in: SignIn, nothing_registered):
    def broken(member: Member, at: datetime) -> TruthItem:
        raise RuntimeError("no database")

    home.register_truth(broken)
    home.register_tally(lambda member, at: TallyItem("1 of 2", "worked"))

    page = signed_in(ana).get("/")

    assert page.context["beside"].is_incomplete
    assert "A part of this page could not be made just now." in page.content.decode()
    assert "1 of 2" in page.content.decode()


@pytest.mark.parametrize("missing", [{"base": ""}, {"low": None}, {"high": None}])
def test_a_score_without_its_base_or_interval_is_refused(missing: dict[str, Any]):
    with pytest.raises(ValueError, match="a score"):
        TruthItem(**{"name": "NPS", "n": 3, "base": "From 3.", "value": 1, "low": 0, "high": 2, **missing})


def test_the_same_function_is_registered_once(nothing_registered):
    def score(member: Member, at: datetime) -> TruthItem:
        return SCORE

    home.register_truth(score)
    home.register_truth(score)

    assert len(home._truths) == 1


def test_what_really_is_registered_works_for_every_role(ana, ben, dan, admin, auditor, signed_in: SignIn):
    pages = [signed_in(member).get("/") for member in (ana, ben, dan, admin, auditor)]

    assert [(page.status_code, page.context["beside"].is_incomplete) for page in pages] == [(200, False)] * 5


def test_the_first_steps_lead_somewhere_and_ask_for_a_permission_that_exists():
    for _title, _why, _button, url_name, permission in FIRST_STEPS:
        assert reverse(url_name)
        assert permission in access.TABLE
