"""The lists and the analysis: who sees them, who writes, and the search from the first why to the last."""

import re

import pytest
from django.urls import reverse

from wellheard.improvement import actions
from wellheard.improvement.models import CauseAnalysis, Why
from wellheard.improvement.tests.reading import at, queries, said, text_of

pytestmark = pytest.mark.pages


# ---- lists ----------------------------------------------------------------------------------------------------------
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


# ---- who sees, who writes -------------------------------------------------------------------------------------------
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


# ---- the analysis ---------------------------------------------------------------------------------------------------
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
