"""An action and its plan on their pages: one next step, for whose turn it is."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from wellheard.improvement import actions
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan
from wellheard.improvement.tests.conftest import DONE, JUDGED, LOCKED, STARTED
from wellheard.improvement.tests.reading import at, said, text_of

pytestmark = pytest.mark.pages


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


def test_a_day_that_cant_be_leaves_the_page_as_it_is_stored(planned, ben, today, signed_in):
    """The verb begins with the status; a refusal after that must not show it."""
    actions.start(planned, ben, at=STARTED)
    today(DONE)

    page = signed_in(ben).post(reverse("improvement:finish", args=[planned.pk]), {"done_on": "2026-01-01"})

    assert (page.status_code, page.context["next"].verb, page.context["status"]) == (422, "finish", "under way")
    assert page.context["finish_form"].errors == {
        "done_on": ["It can't be done before it began, nor in the future. Nothing was changed; correct the day."]
    }
    assert 'value="2026-01-01"' in page.content.decode()


def test_those_who_look_at_the_evidence_walk_the_thread_from_every_page(judged, analysis, ana, ben, signed_in):
    addresses = {
        judged.get_absolute_url(): judged,
        judged.verdict.get_absolute_url(): judged,
        analysis.get_absolute_url(): analysis,
    }

    for address, record in addresses.items():
        walk = f'href="/evidence/thread/{record.kind}/{record.pk}/"'
        found = [walk in signed_in(who).get(address).content.decode() for who in (ana, ben)]
        assert found == [True, False], address


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://testserver/improvement/1/?x=1", "/improvement/1/?x=1"),
        ("http://evil.example/improvement/1/", ""),
        ("http://testserver//evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_refused_button_leads_back_to_the_page_it_stood_on(proposed, ben, signed_in, before, back):
    headers = {"Referer": before} if before else {}

    page = signed_in(ben).post(reverse("improvement:start", args=[proposed.pk]), headers=headers)

    assert (page.status_code, page.context["back"]) == (409, back)
    assert ("Back to the page" in page.content.decode()) is bool(back)
