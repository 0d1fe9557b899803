"""The pages of evidence: auditors see everything and change nothing, strangers see nothing, and reading stays quick."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wellheard.core.links import link
from wellheard.core.models import Member, Organisation, Site, Task, TrailEntry
from wellheard.core.tasks import end_task, open_task
from wellheard.core.trail import verifier
from wellheard.core.trail.checkpoints import take_checkpoint
from wellheard.evidence.actions import check_trail
from wellheard.evidence.models import TrailCheck
from wellheard.evidence.tests.conftest import REACT
from wellheard.evidence.tests.test_actions import change_unseen

pytestmark = pytest.mark.pages
PERIOD = "?edition=2015&first=2025-11-17&last=2026-11-16"


def text_of(client: Client, url: str) -> str:
    response: Any = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def queries(client: Client, url: str) -> int:
    text_of(client, url)  # what is cached by the first request is not counted
    with CaptureQueriesContext(connection) as counted:
        text_of(client, url)
    return len(counted)


@pytest.fixture
def task(organisation: Organisation, leipzig: Site, ben: Member, now: datetime, steps: None) -> Task:
    made = open_task(ben, "Call Cleo back", ben, at=now, site_id=leipzig.pk)
    link(leipzig, made, "opened", ben, at=now)
    return made


@pytest.fixture
def addresses(task: Task) -> list[str]:
    return [
        f"/evidence/{PERIOD}",
        f"/evidence/requirement/{REACT}/{PERIOD}",
        f"/evidence/requirement/{REACT}/items.csv{PERIOD}",
        f"/evidence/pack/{PERIOD}",
        f"/evidence/thread/core.site/{task.site_id}/",
        f"/evidence/trail/core.site/{task.site_id}/",
        "/evidence/trail/",
        "/evidence/trail/export/",
        "/evidence/trail/verifier.py",
    ]


@pytest.mark.parametrize("who", ["auditor", "ana", "admin"])
def test_those_who_show_and_those_who_audit_see_everything(
    request: pytest.FixtureRequest, who: str, signed_in, addresses: list[str]
):
    client = signed_in(request.getfixturevalue(who))

    assert {url: client.get(url).status_code for url in addresses} == dict.fromkeys(addresses, 200)


def test_a_stranger_gets_404_not_403(dan: Member, signed_in, addresses: list[str]):
    client = signed_in(dan)

    assert {url: client.get(url).status_code for url in addresses} == dict.fromkeys(addresses, 404)


def test_an_auditor_can_have_nothing_checked_and_sees_the_last_result(
    auditor: Member, ana: Member, signed_in, now: datetime
):
    check_trail(ana, at=now)
    client = signed_in(auditor)

    refused = client.post("/evidence/trail/check/")

    page = text_of(client, "/evidence/trail/")
    assert (refused.status_code, TrailCheck.objects.count()) == (403, 1)
    assert "The trail is whole" in page
    assert "by Ana Brandt" in page
    assert "Check it now" not in page


def test_ana_has_the_trail_checked_and_reads_what_was_found(ana: Member, organisation: Organisation, signed_in):
    client = signed_in(ana)

    response = client.post("/evidence/trail/check/", follow=True)

    assert response.redirect_chain == [("/evidence/trail/", 302)]
    assert "The trail is whole" in response.content.decode()
    assert TrailCheck.objects.get().is_whole


def test_a_broken_trail_names_the_entry(ana: Member, organisation: Organisation, signed_in):
    change_unseen(1)

    page = signed_in(ana).post("/evidence/trail/check/", follow=True).content.decode()

    assert "The trail is broken" in page
    assert "Entry 1 was changed: its text does not have its digest." in page


def test_the_front_line_walks_a_thread_without_the_trail(ben: Member, signed_in, task: Task):
    client = signed_in(ben)

    page = text_of(client, f"/evidence/thread/core.task/{task.pk}/")

    assert "Call Cleo back" in page
    assert "Who did what" not in page
    assert client.get("/evidence/").status_code == 404
    assert client.get(f"/evidence/trail/core.task/{task.pk}/").status_code == 404


def test_a_thread_shows_the_links_and_what_was_done(ana: Member, signed_in, task: Task):
    page = text_of(signed_in(ana), f"/evidence/thread/core.task/{task.pk}/")

    assert "Who did what" in page
    assert "opened task" in page
    assert "The record says what the trail says" in page
    assert "<b>opened</b> Call Cleo back" in page


def test_the_line_of_six_steps_is_there_for_a_record_that_stands_at_none_of_them(
    ana: Member, ben: Member, signed_in, task: Task
):
    page = text_of(signed_in(ana), f"/evidence/thread/core.member/{ben.pk}/")

    assert 'href="#step-case"' in page
    assert "No case opened" not in page
    assert "Nothing is linked with it." not in page


def test_the_trail_of_a_removed_record_stays_readable_without_personal_values(
    ana: Member, signed_in, task: Task, arranging
):
    pk = task.pk
    with arranging():
        Task.objects.get(pk=pk).delete()

    page = text_of(signed_in(ana), f"/evidence/trail/core.task/{pk}/")

    assert "The record was removed" in page
    assert "Call Cleo back" not in page
    assert "a personal value, kept apart" in page


def test_a_record_that_never_was_has_no_trail(ana: Member, signed_in, organisation: Organisation):
    client = signed_in(ana)

    assert [client.get(f"/evidence/trail/{each}/").status_code for each in ("core.task/999", "no.such/1")] == [404, 404]
    assert client.get("/evidence/requirement/no.such/").status_code == 404


def test_the_trail_is_narrowed_by_who_what_and_which_kind(
    ana: Member, ben: Member, signed_in, task: Task, now: datetime
):
    end_task(task, ben, at=now)
    client = signed_in(ana)

    page = text_of(client, f"/evidence/trail/?actor=member:{ben.pk}&action=core.end_task&kind=core.task")

    assert "1 entry in the trail" in page
    assert "ended task" in page


def test_the_exported_trail_passes_the_checker_and_notes_who_took_it(ana: Member, signed_in, task: Task):
    client = signed_in(ana)
    lines = text_of(client, "/evidence/trail/export/").splitlines()

    code, entries, _, _ = verifier.check(iter(lines))

    last = TrailEntry.objects.order_by("-seq")[0]
    assert (code, entries) == (0, last.seq)
    assert (last.action, last.actor_id, json.loads(last.body)["details"]["list"]) == (
        "core.export",
        ana.actor_id,
        "evidence.trail",
    )


def test_checkpoints_stand_there_to_be_kept_elsewhere(ana: Member, admin: Member, signed_in, now: datetime):
    point = take_checkpoint(admin, at=now)

    assert f"{point.seq}:{point.digest}" in text_of(signed_in(ana), "/evidence/trail/")


def test_a_period_that_ends_before_it_begins_is_said_to(ana: Member, signed_in, organisation: Organisation):
    page = text_of(signed_in(ana), "/evidence/?first=2026-11-16&last=2026-01-01")

    assert "This day lies before the first one." in page


def test_the_newer_edition_carries_its_warning_and_its_number(ana: Member, signed_in, organisation: Organisation):
    page = text_of(signed_in(ana), "/evidence/?edition=2026")

    assert "Paraphrase, unverified" in page
    assert "Clause 10.1" in page


def test_the_pages_ask_the_database_as_often_for_three_records_as_for_one(
    ana: Member, ben: Member, signed_in, task: Task, now: datetime, leipzig: Site, tasks_show, late_tasks_are_gaps
):
    tasks_show(REACT)
    client = signed_in(ana)
    urls = [
        f"/evidence/{PERIOD}",
        f"/evidence/requirement/{REACT}/{PERIOD}",
        "/evidence/trail/",
        f"/evidence/trail/core.task/{task.pk}/",
        f"/evidence/thread/core.task/{task.pk}/",
    ]

    def one_more(title: str) -> None:
        more = open_task(ben, title, ben, at=now, site_id=leipzig.pk)
        link(leipzig, more, "opened", ben, at=now)
        open_task(ben, f"{title}, too", ben, at=now, site_id=leipzig.pk)
        end_task(more, ben, at=now)

    one_more("And another")
    one_more("And one more")  # the home page looks back until it has five threads
    one = {url: queries(client, url) for url in urls}
    one_more("And a third")
    one_more("And a fourth")

    assert {url: queries(client, url) for url in urls} == one
