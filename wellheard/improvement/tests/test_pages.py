"""The pages of improvement: the finding first, one next step for whose turn it is, nothing for a stranger."""

import hashlib
import json
import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import Http404, HttpRequest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wellheard.ground import effectiveness
from wellheard.improvement import actions, api
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, EffectivenessPlan, Verdict, Why
from wellheard.improvement.tests.conftest import DONE, JUDGED, LOCKED, STARTED

pytestmark = pytest.mark.pages


@pytest.fixture
def today(monkeypatch):
    """`today(JUDGED)`: pages are read at this moment."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def judged(done: CorrectiveAction, ana, today) -> CorrectiveAction:
    actions.judge(done, ana, at=JUDGED)
    today(JUDGED)
    return done


@pytest.fixture
def analysis(ben, leipzig, now) -> CauseAnalysis:
    return actions.open_analysis("Connectors drip", "Two of twelve drip.", ben, at=now, site=leipzig)


def at(record, page="") -> str:
    return f"{record.get_absolute_url()}{page}"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# ---- lists --------------------------------------------------------------------------------------------------------
def test_the_list_shows_where_each_stands_and_what_came_out(judged, ana, signed_in):
    page = signed_in(ana).get(reverse("improvement:list"))

    rows = [[cell.text for cell in row] for row in page.context["rows"]]
    assert page.context["title"] == "One corrective action"
    assert [row[:5] for row in rows] == [
        ["Pack valves in moulded trays", "judged", "It worked, to be signed", "Ben Okafor", "Ana Brandt"]
    ]


def test_the_lists_ask_as_much_with_one_row_as_with_three(judged, analysis, ana, ben, leipzig, now, signed_in):
    client = signed_in(ana)
    lists = [reverse("improvement:list"), reverse("improvement:analyses")]
    with_one = [queries(client, address) for address in lists]
    for title in ("Second", "Third"):
        actions.open_action(title, "All.", ben, at=now, site=leipzig)
        actions.open_analysis(title, "Wrong.", ben, at=now, site=leipzig)

    assert [queries(client, address) for address in lists] == with_one


def test_the_list_is_narrowed_to_ones_own(judged, ana, ben, signed_in):
    def count(member, query) -> int:
        return len(signed_in(member).get(f"{reverse('improvement:list')}?{query}").context["rows"])

    assert count(ben, f"mine=owner:{ben.pk}") == 1
    assert count(ana, f"mine=owner:{ana.pk}") == 0
    assert count(ana, f"mine=verifier:{ana.pk}") == 1
    assert count(ana, "status=open") == 1
    assert count(ana, "status=closed") == 0


# ---- who sees, who writes -----------------------------------------------------------------------------------------
def test_a_stranger_gets_404_everywhere(judged, analysis, dan, signed_in):
    client = signed_in(dan)
    addresses = [reverse("improvement:list"), reverse("improvement:analyses"), at(analysis)]
    addresses += [at(judged, page) for page in ("", "plan/", "verdict/", "verdict.json")]

    assert [client.get(address).status_code for address in addresses] == [404] * 7


def test_the_auditor_sees_everything_and_changes_nothing(judged, analysis, auditor, signed_in):
    client = signed_in(auditor)
    shown = [at(judged), at(judged, "plan/"), at(judged, "verdict/"), at(judged, "verdict.json"), at(analysis)]
    closed = ["start", "finish", "close", "reopen", "plan", "lock_plan", "judge", "circumstances", "sign"]

    assert [client.get(address).status_code for address in shown] == [200] * 5
    assert [client.post(reverse(f"improvement:{name}", args=[judged.pk])).status_code for name in closed] == [403] * 9
    assert client.post(reverse("improvement:add_why", args=[analysis.pk]), {"text": "Because"}).status_code == 403
    assert not Why.objects.exists()


def test_record_pages_ask_as_much_with_one_neighbour_as_with_three(done, analysis, ana, ben, now, signed_in):
    client = signed_in(ana)
    first = actions.add_why(analysis, "First", ben, at=now)
    one = queries(client, at(analysis))
    actions.add_why(analysis, "Second", ben, at=now, parent=first)
    actions.add_why(analysis, "Third", ben, at=now, side="escaped")

    assert queries(client, at(analysis)) == one


# ---- the analysis -------------------------------------------------------------------------------------------------
def test_a_cause_is_looked_for_from_the_first_why_to_the_last(ben, leipzig, signed_in):
    client = signed_in(ben)
    opened = {"title": "Drips", "problem": "It drips.", "site": leipzig.pk, "owner": ben.pk}
    client.post(reverse("improvement:new_analysis"), opened)
    analysis = CauseAnalysis.objects.get()

    client.post(at(analysis, "whys/"), {"text": "The seal came loose", "side": "occurred"})
    first = Why.objects.get()
    root = {"text": "No temperature is given", "parent": first.pk, "evidence": "Instruction 12", "is_root": "on"}
    client.post(at(analysis, "whys/"), root)
    page = client.get(at(analysis))
    answer = client.post(at(analysis, "found/"), {"cause": "Seals glued too cold"})

    assert [(chain.steps, chain.is_checked) for chain in page.context["chains"]] == [
        (["No temperature is given", "The seal came loose", "Drips"], False)
    ]
    assert said(answer) == ["The cause is found. Propose an action that removes it."]
    found = client.get(at(analysis))
    assert re.search(r"<h1>\s*Seals glued too cold\s*</h1>", found.content.decode())
    assert "Propose an action" in text_of(found)


def test_blame_is_refused_at_its_field_and_what_was_typed_stays(analysis, ben, signed_in):
    typed = {"text": "Human error", "side": "occurred", "evidence": "Everyone says so", "is_root": "on"}

    page = signed_in(ben).post(at(analysis, "whys/"), typed)

    assert page.status_code == 422
    assert "what in the process, the tools, the instructions or the time" in text_of(page)
    assert 'value="Human error"' in page.content.decode()
    assert "Everyone says so" in page.content.decode()
    # Only the form that was typed into is full, not the one on the other side.
    assert page.content.decode().count('value="Human error"') == 1


def test_an_answer_is_changed_on_its_own_page(analysis, ben, now, signed_in):
    why = actions.add_why(analysis, "Glued cold", ben, at=now)
    client = signed_in(ben)

    assert 'value="Glued cold"' in client.get(reverse("improvement:revise_why", args=[why.pk])).content.decode()
    changed = {"text": "Glued below 15 °C", "evidence": "Log", "therefore_holds": "on", "is_root": "on"}
    answer = client.post(reverse("improvement:revise_why", args=[why.pk]), changed)

    assert answer["Location"] == f"{at(analysis)}#why-{why.pk}"
    assert Why.objects.get().text == "Glued below 15 °C"


def test_a_found_cause_can_be_looked_for_again(analysis, ben, now, signed_in):
    actions.add_why(analysis, "No temperature", ben, at=now, evidence="Instruction 12", is_root=True)
    actions.find_cause(analysis, "Seals glued too cold", ben, at=now)
    client = signed_in(ben)

    assert client.post(at(analysis, "again/"), {"reason": ""}).status_code == 422
    client.post(at(analysis, "again/"), {"reason": "The heater did not help."})

    assert CauseAnalysis.objects.get().status == "open"


# ---- the action and its plan --------------------------------------------------------------------------------------
def test_an_action_is_proposed_for_a_cause(analysis, ben, leipzig, signed_in):
    client = signed_in(ben)
    form = client.get(f"{reverse('improvement:new')}?analysis={analysis.pk}").context["form"]
    typed = {"title": "Heat it", "what": "To 20 °C", "analysis": analysis.pk, "site": leipzig.pk, "owner": ben.pk}

    answer = client.post(reverse("improvement:new"), typed)

    action = CorrectiveAction.objects.get()
    assert form["analysis"].value() == str(analysis.pk)
    assert answer["Location"] == at(action)
    assert (action.analysis, action.owner, action.site) == (analysis, ben, leipzig)


def test_each_step_is_offered_to_whose_turn_it_is(planned, ben, ana, auditor, today, signed_in):
    def offered(member) -> tuple[str, str, bool]:
        step = signed_in(member).get(at(planned)).context["next"]
        return step.verb, step.title, step.mine

    today(LOCKED)
    seen = [[offered(member) for member in (ben, ana, auditor)]]
    actions.start(planned, ben, at=STARTED)
    seen.append([offered(member) for member in (ben, ana, auditor)])
    actions.finish(planned, ben, at=DONE)
    seen.append([offered(member) for member in (ben, ana, auditor)])
    today(JUDGED)
    seen.append([offered(member) for member in (ben, ana, auditor)])
    verdict = actions.judge(planned, ana, at=JUDGED)
    seen.append([offered(member) for member in (ben, ana, auditor)])
    actions.sign_verdict(verdict, ana, at=JUDGED, password="ana")
    seen.append([offered(member) for member in (ben, ana, auditor)])
    actions.close(planned, ben, at=JUDGED)

    do_it, decided = "Next: do it, then say that it is done", "Next: decided on 1 November 2026"
    assert seen == [
        [("start", "Next: begin", True), ("start", "Next: begin", False), ("", "Next: Ben Okafor begins", False)],
        [("finish", do_it, True), ("finish", do_it, False), ("", "Next: Ben Okafor does it", False)],
        [("look", decided, False), ("look", decided, False), ("", decided, False)],
        [
            ("judge", "Next: compute the verdict", False),
            ("judge", "Next: compute the verdict", True),
            ("", "Next: Ana Brandt waits for the verdict", False),
        ],
        [
            ("", "Next: Ana Brandt signs the verdict", False),
            ("sign", "Next: sign, or say why not", True),
            ("", "Next: Ana Brandt signs the verdict", False),
        ],
        [
            ("close", "Next: close it", True),
            ("close", "Next: close it", False),
            ("", "Next: Ben Okafor closes it", False),
        ],
    ]
    assert signed_in(ben).get(at(planned)).context["next"] is None


def test_from_plan_to_done_on_the_pages(proposed, ben, ana, valves, today, signed_in):
    today(LOCKED)
    client = signed_in(ben)
    chosen = client.get(at(proposed, "plan/?measure=tests.valves"))
    typed = {
        "baseline_last": "2025-12",
        "baseline_months": "12",
        "settling_months": "2",
        "follow_up_months": "8",
        "trigger_on": "2026-01-14",
        "smallest_worthwhile": "0.6667",
        "verifier": str(ana.pk),
        "scope_site": "",
    }

    assert ("0.6667", "at least a third fewer") in chosen.context["form"].fields["smallest_worthwhile"].choices
    assert ben not in chosen.context["form"].fields["verifier"].queryset
    client.post(at(proposed, "plan/?measure=tests.valves"), typed)
    plan = EffectivenessPlan.objects.get()
    assert (str(plan.baseline_from), str(plan.settling_until)) == ("2025-01-01", "2026-02-28")
    assert (str(plan.follow_up_from), str(plan.follow_up_to)) == ("2026-03-01", "2026-10-31")
    assert "The decision can be made on 1 November 2026." in text_of(client.get(at(proposed, "plan/")))

    client.post(at(proposed, "plan/lock/"))
    locked = EffectivenessPlan.objects.get()
    shown = client.get(at(proposed, "plan/"))
    assert locked.is_locked
    assert hashlib.sha256(shown.context["plan"].text().encode()).hexdigest() == locked.digest

    today(STARTED)
    client.post(at(proposed, "start/"))
    today(DONE)
    answer = client.post(at(proposed, "finish/"), {"done_on": "2026-02-02"})
    assert said(answer)[-1] == "Done. The verdict is computed on 1 November 2026."
    assert CorrectiveAction.objects.get().status == "done"


def test_a_form_of_a_plan_keeps_what_was_typed(proposed, ben, ana, valves, today, signed_in):
    today(LOCKED)
    typed = {"baseline_last": "2025-12", "baseline_months": "1", "settling_months": "0", "follow_up_months": "8"}

    page = signed_in(ben).post(at(proposed, "plan/?measure=tests.valves"), typed)

    assert page.status_code == 422
    assert sorted(page.context["form"].errors) == ["baseline_months", "smallest_worthwhile", "verifier"]
    assert page.context["form"]["follow_up_months"].value() == "8"


def test_a_change_later_than_planned_is_refused_at_its_field(planned, ben, today, signed_in):
    actions.start(planned, ben, at=STARTED)
    today(datetime(2026, 3, 9, 12, tzinfo=UTC))

    page = signed_in(ben).post(at(planned, "finish/"), {"done_on": "2026-03-09"})

    assert page.status_code == 422
    assert "Replace the plan first" in page.context["finish_form"].errors["done_on"][0]


def test_a_new_version_of_the_plan_asks_for_its_reason(planned, ben, signed_in):
    client = signed_in(ben)

    assert client.get(at(planned, "plan/")).context["form"] is None
    form = client.get(at(planned, "plan/?change=1")).context["form"]

    assert "reason" in form.fields
    assert (form["baseline_last"].value(), form["settling_months"].value()) == ("2025-12", 2)


# ---- the verdict --------------------------------------------------------------------------------------------------
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


# ---- for programs -------------------------------------------------------------------------------------------------
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
