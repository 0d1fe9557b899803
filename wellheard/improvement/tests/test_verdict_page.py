"""The verdict on its page, to download, and for programs."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.http import Http404, HttpRequest

from wellheard.ground import effectiveness
from wellheard.improvement import actions, api
from wellheard.improvement.models import CorrectiveAction, Verdict
from wellheard.improvement.tests.conftest import DONE, JUDGED, LOCKED, STARTED
from wellheard.improvement.tests.reading import at, said, text_of

pytestmark = pytest.mark.pages


# ---- the verdict ----------------------------------------------------------------------------------------------------
def test_before_anything_is_judged_the_page_says_so(planned, ben, signed_in):
    assert "Nothing to judge yet" in text_of(signed_in(ben).get(at(planned, "verdict/")))


def test_the_verdict_page_says_word_numbers_certainty_and_doubts(judged, ana, signed_in):
    page = signed_in(ana).get(at(judged, "verdict/"))

    shown, text = page.context, text_of(page)
    assert "It worked." in text
    assert (
        shown["chart"].sentence == "Every month since then lies below the line that the time before led us to expect."
    )
    assert shown["chart"].rest == (
        "That makes about 86 complaints fewer. The bands show how sure we are of the two averages. "
        "January 2026 raised the alarm; it counts neither before nor after."
    )
    assert shown["chart"].rows[12] == {
        "month": "Jan 2026",
        "phase": "settling in",
        "count": 31,
        "exposure": 1950,
        "value": 15.8974,
        "low": None,
        "high": None,
    }
    assert {row["phase"] for row in shown["chart"].rows} == {"baseline", "settling in", "follow-up"}
    assert shown["sure"].sentence == "1 would mean no change. The whole interval lies below the 0.67 that we agreed on."
    assert (shown["sure"].name, shown["sure"].tone) == ("Times as many complaints as before", "better")
    assert [doubt["title"] for doubt in shown["doubts"]][:2] == [
        "Was it falling anyway?",
        "Were there fewer occasions for it?",
    ]
    assert shown["may_sign"]
    assert shown["plan_facts"][-1]["value"] == "23 January 2026, 15:04"


def test_a_month_left_out_of_the_baseline_is_named_and_leaves_the_three_windows(
    proposed, ben, ana, agreed, valves, today, signed_in
):
    actions.plan_effectiveness(proposed, ben, at=LOCKED, **agreed | {"trigger_on": date(2025, 7, 20)})
    actions.lock_plan(proposed, ben, at=LOCKED)
    actions.start(proposed, ben, at=STARTED)
    actions.finish(proposed, ben, at=DONE)
    actions.judge(proposed, ana, at=JUDGED)

    rows = signed_in(ana).get(at(proposed, "verdict/")).context["chart"].rows

    assert [row["phase"] for row in rows][5:8] == ["baseline", {"value": "baseline", "text": "left out"}, "baseline"]


def test_anyone_may_have_it_computed_again(judged, auditor, signed_in):
    page = signed_in(auditor).get(at(judged, "verdict/?again=1"))

    assert page.context["recomputed"] is True
    assert "the same, number for number" in text_of(page)


def test_the_download_is_enough_to_compute_it_elsewhere(judged, auditor, signed_in):
    answer = signed_in(auditor).get(at(judged, "verdict.json"))

    kept = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="ACT-2026-0001-verdict.json"'
    assert effectiveness.recompute(kept["result"]["inputs"]).to_json() == kept["result"]
    assert hashlib.sha256(kept["plan"]["text"].encode()).hexdigest() == kept["plan"]["digest"]
    assert (kept["word"], kept["signature"]) == ("effective", None)


def test_the_verifier_signs_with_their_password(judged, ana, signed_in):
    client = signed_in(ana)
    wrong = client.post(at(judged, "verdict/sign/"), {"decision": "agree", "password": "wrong"})
    assert (wrong.status_code, sorted(wrong.context["sign_form"].errors)) == (422, ["password"])

    answer = client.post(at(judged, "verdict/sign/"), {"decision": "agree", "password": "ana"})

    assert said(answer) == ["Signed: It worked."]
    page = client.get(at(judged, "verdict/"))
    assert "Ana Brandt, 1 November 2026, 09:00: “It worked.”" in text_of(page)
    kept = json.loads(client.get(at(judged, "verdict.json")).content)
    signature = kept["signature"]
    assert hashlib.sha256(signature["text"].encode()).hexdigest() == signature["digest"]


def test_disagreeing_needs_a_reason_and_turns_it_into_cannot_tell(judged, ana, signed_in):
    client = signed_in(ana)
    page = client.post(at(judged, "verdict/sign/"), {"decision": "differ", "password": "ana"})
    assert sorted(page.context["sign_form"].errors) == ["note"]

    client.post(at(judged, "verdict/sign/"), {"decision": "differ", "password": "ana", "note": "Fewer large valves."})

    text = text_of(client.get(at(judged, "verdict/")))
    assert "Cannot tell yet." in text
    assert "The numbers alone said “It worked.” Ana Brandt saw it differently: Fewer large valves." in text


def test_what_people_know_is_computed_in(judged, ben, signed_in):
    known = {"other_changes": "New carrier in Lyon", "recurrences": "1"}

    answer = signed_in(ben).post(at(judged, "verdict/circumstances/"), known)

    assert said(answer) == ["Saved, and computed again: It did not work."]
    assert [verdict.word for verdict in Verdict.objects.order_by("pk")] == ["effective", "not_effective"]


def test_only_the_verifier_is_asked_why_a_doubt_does_not_count(judged, ana, ben, signed_in):
    signed_in(ben).post(at(judged, "verdict/circumstances/"), {"recurrences": "0", "definition_changed": "on"})

    asked = [
        signed_in(member).get(at(judged, "verdict/")).context["circumstances_form"].doubts for member in (ana, ben)
    ]
    assert asked == [["definition"], []]
    reason = {"recurrences": "0", "definition_changed": "on", "aside_definition": "Only its name changed."}
    signed_in(ana).post(at(judged, "verdict/circumstances/"), reason)

    judged.refresh_from_db()
    assert judged.set_aside == {"definition": "Only its name changed."}
    assert judged.verdict.word == "effective"


def test_the_numbers_so_far_are_shown_without_a_verdict(done, ben, today, signed_in):
    today(datetime(2026, 6, 10, 8, tzinfo=UTC))
    client = signed_in(ben)

    answer = client.post(at(done, "verdict/compute/"))

    page = client.get(at(done, "verdict/"))
    assert said(answer) == ["These are the numbers so far; the follow-up still runs."]
    assert "Cannot tell yet." in text_of(page)
    assert not page.context["may_sign"]


def test_numbers_that_were_tampered_with_are_shown_as_such(judged, auditor, signed_in):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE improvement_verdict SET result = REPLACE(CAST(result AS TEXT), '0.48', '0.38')" + _as_json()
        )

    page = signed_in(auditor).get(at(judged, "verdict/"))

    assert page.context["is_intact"] is False
    assert "Do not rely on them" in text_of(page)


def _as_json() -> str:
    return "" if connection.vendor == "sqlite" else "::jsonb"


# ---- for programs ---------------------------------------------------------------------------------------------------
def test_programs_read_actions_and_verdicts(judged, proposed_too, ana, dan, rf):
    def asked_by(member) -> HttpRequest:
        request: HttpRequest = rf.get("/")
        request.user = member
        return request

    listed = api.list_actions(asked_by(ana))
    one = api.get_action(asked_by(ana), judged.pk)

    assert (listed.count, listed.items) == (2, [api.get_action(asked_by(ana), proposed_too.pk), one])
    assert (one.reference, one.status, one.verdict, one.is_signed) == (judged.reference, "judged", "effective", False)
    assert one.plan_digest == judged.plan.digest
    assert api.list_actions(asked_by(ana), status="judged").items == [one]
    assert api.get_verdict(asked_by(ana), judged.pk)["word"] == "effective"
    assert api.list_actions(asked_by(dan)).count == 0
    for hidden in (
        lambda: api.get_action(asked_by(dan), judged.pk),
        lambda: api.get_verdict(asked_by(ana), proposed_too.pk),
    ):
        with pytest.raises(Http404):
            hidden()


@pytest.fixture
def proposed_too(ben, leipzig) -> CorrectiveAction:
    return actions.open_action("Second", "All.", ben, at=JUDGED, site=leipzig)
