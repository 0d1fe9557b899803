"""All interested parties at one look: influence against interest, climate change, and a set to begin with."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core.lists import how_many
from wellheard.core.models import Member
from wellheard.core.templatetags.words import in_words, plural_words
from wellheard.core.views import member_of, only_those_who
from wellheard.customers.actions.parties import add_need, add_party
from wellheard.customers.models import InterestedParty
from wellheard.customers.starters import STARTERS

MIDDLE = 3
CHART_COLUMNS = [
    {"name": "driver", "label": "Party"},
    {"name": "performance", "label": "Interest in us", "numeric": True},
    {"name": "importance", "label": "Influence on us", "numeric": True},
]
NAMED = 3
LONGEST_LABEL = 18
Climate = InterestedParty.Climate


@dataclass(frozen=True)
class Overview:
    """The parties of now, as one may see them."""

    parties: list[InterestedParty]

    @property
    def placed(self) -> list[InterestedParty]:
        """Those of whom both strengths are said."""
        return [each for each in self.parties if each.influence is not None and each.interest is not None]

    @property
    def undecided(self) -> list[InterestedParty]:
        """Those about whom climate change is not decided."""
        return [each for each in self.parties if each.climate == Climate.UNDECIDED]

    def grid(self) -> list[dict[str, Any]]:
        """Five rows by influence, the strongest first, of five cells by interest."""
        places: dict[tuple[int, int], list[InterestedParty]] = defaultdict(list)
        for each in self.placed:
            places[each.influence or 0, each.interest or 0].append(each)
        return [
            {
                "influence": influence,
                "cells": [{"interest": interest, "parties": places[influence, interest]} for interest in range(1, 6)],
            }
            for influence in range(5, 0, -1)
        ]

    def sentence(self) -> str:
        """Who needs us most closely: `Three parties have much influence and much interest: …`."""
        if not self.placed:
            return "Nobody has a place yet: say how much influence and interest each party has."
        close = [each.name for each in self.placed if (each.influence or 0) > MIDDLE and (each.interest or 0) > MIDDLE]
        if not close:
            return "No party has both much influence on us and much interest in us."
        verb = "party has" if len(close) == 1 else "parties have"
        more = f" and {len(close) - NAMED} more" if len(close) > NAMED else ""
        number = how_many(len(close), "party", "parties").rsplit(" ", 1)[0]
        return f"{number} {verb} much influence and much interest: {', '.join(close[:NAMED])}{more}."

    def climate_sentence(self) -> str:
        """`Decided for 5 of 7 parties; two of them ask for something.`"""
        decided = len(self.parties) - len(self.undecided)
        relevant = sum(each.climate == Climate.RELEVANT for each in self.parties)
        of_all = plural_words(len(self.parties), "party,parties")
        if not decided:
            return f"Not decided for any of {of_all}. The question has to be answered, also when the answer is no."
        said = f"Decided for {in_words(decided)} of {of_all}"
        asks = how_many(relevant, "of them asks", "of them ask") if relevant else "None of them asks"
        return f"{said}. {asks} for something because of climate change."


def placed_in_words(overview: Overview) -> str:
    """`Seven parties have their place; four have none yet.`"""
    placed, without = len(overview.placed), len(overview.parties) - len(overview.placed)
    said = f"{how_many(placed, 'party has its', 'parties have their')} place"
    return f"{said}; {in_words(without)} {'has' if without == 1 else 'have'} none yet." if without else f"{said}."


def overview_of(member: Member) -> Overview:
    """The register of now, as this member may see it."""
    rows = InterestedParty.objects.visible_to(member).filter(retired_at=None)
    return Overview(list(rows.order_by("name", "pk")))


@login_required
@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """Influence against interest, and what is decided about climate change."""
    member = member_of(request)
    only_those_who(member, "customers.see_interestedparty")
    overview = overview_of(member)
    rows = [
        {
            "driver": {"value": shortened(each.name), "url": each.get_absolute_url()},
            "performance": each.interest,
            "importance": each.influence,
        }
        for each in overview.placed
    ]
    context = {
        "overview": overview,
        "placed_words": placed_in_words(overview),
        "chart_columns": CHART_COLUMNS,
        "chart_rows": rows,
        "chart_data": {"performance": MIDDLE, "importance": MIDDLE},
        "unplaced": [_row(each) for each in overview.parties if each not in overview.placed],
        "undecided": [_row(each) for each in overview.undecided],
        "decided": [
            _row(each) | {"note": f"{capfirst(each.get_climate_display())}. {each.climate_reason}".strip()}
            for each in overview.parties
            if each.climate != Climate.UNDECIDED
        ],
    }
    return render(request, "customers/party_picture.html", context)


def shortened(name: str) -> str:
    """A name that leaves room for its neighbours in the picture."""
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def _row(party: InterestedParty) -> dict[str, str]:
    return {"title": party.name, "url": party.get_absolute_url(), "note": str(party.get_sort_display())}


@login_required
@require_http_methods(["GET", "POST"])
def starters(request: HttpRequest) -> HttpResponse:
    """Parties that many organisations have: tick those that you have too."""
    member = member_of(request)
    only_those_who(member, "customers.add_party", seeing="customers.see_interestedparty")
    # Everybody's, not only the visible ones: a second entry of the same name helps nobody.
    known = set(
        InterestedParty.objects.filter(name__in=[each.name for each in STARTERS]).values_list("name", flat=True)
    )
    offered = [each for each in STARTERS if each.name not in known]
    if request.method == "POST":
        chosen = [each for each in offered if each.key in request.POST.getlist("starter")]
        at = timezone.now()
        with transaction.atomic():
            for each in chosen:
                party = add_party(
                    each.name,
                    member,
                    at=at,
                    sort=each.sort,
                    owner=member,
                    why_relevant=each.why,
                    influence=each.influence,
                    interest=each.interest,
                )
                for words, standing in each.needs:
                    add_need(party, words, member, at=at, standing=standing)
        if chosen:
            messages.success(
                request,
                f"{how_many(len(chosen), 'party is', 'parties are')} in the register. Change what does not fit you.",
            )
        else:
            messages.info(request, "Nothing was ticked, so nothing was added.")
        return HttpResponseRedirect(reverse("customers:parties"))
    return render(request, "customers/party_starters.html", {"starters": offered})
