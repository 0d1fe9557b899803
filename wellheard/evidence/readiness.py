"""“Ready for the audit?”: how many things are missing, in a sentence, from the last count."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from wellheard.core import access
from wellheard.core.home import Aside
from wellheard.core.models import Member
from wellheard.core.templatetags.words import in_words, plural_words
from wellheard.evidence.gaps import BASES, State, by_basis
from wellheard.evidence.models import GapCount
from wellheard.evidence.seeing import visible_keys
from wellheard.evidence.standards import DEFAULT_EDITION, Listed, get_edition

ROWS = 2


def headline(counts: dict[str, int], *, is_more: bool = False) -> str:
    """`Nine things are missing`, `Nothing is missing`."""
    total = sum(counts.values())
    if not total:
        return "Nothing is missing"
    many = f"More than {plural_words(total, 'thing,things')}" if is_more else plural_words(total, "thing,things")
    return f"{many[:1].upper()}{many[1:]} {'is' if total == 1 and not is_more else 'are'} missing"


def by_whose_wish(counts: dict[str, int]) -> str:
    """`The standard asks for two of them, our own rules for seven.` Empty when nothing is missing."""
    total = sum(counts.values())
    standard, own, practice = (counts.get(basis, 0) for basis in BASES)
    parts = []
    if standard:
        parts.append(f"the standard asks for {_of(standard, total)}")
    if own:
        parts.append(f"our own rules ask for {_of(own, total)}")
    if practice:
        parts.append(f"good practice suggests {_of(practice, total)}")
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def _of(number: int, total: int) -> str:
    if number == total:
        return "it" if total == 1 else "all of them"
    return f"{in_words(number)} of them"


def counts_in_all(states: list[State]) -> tuple[dict[str, int], bool]:
    """The gaps by basis, and whether there are more than were counted."""
    return by_basis(states), any(state.has_more_gaps for state in states)


def _title(gap: dict[str, Any], listed: Listed | None) -> str:
    """What is missing. A gap that no record has is named by what was asked for: “Nothing in the period” alone says nothing."""
    if gap["kind"] or listed is None:
        return str(gap["title"])
    return f"{listed.requirement.title}: {gap['title'][:1].lower()}{gap['title'][1:]}"


def ready_for_the_audit(member: Member, now: datetime) -> Aside | None:
    """The part of the home page, for those who may look at the evidence."""
    if not access.may(member, "evidence.see_evidence"):
        return None
    count = GapCount.objects.visible_to(member).filter(edition=DEFAULT_EDITION).order_by("on").last()
    if count is None:
        return None
    keys = [(gap["kind"], gap["id"]) for gap in count.foremost if gap["kind"] and gap["id"]]
    seen = visible_keys(keys, member)
    edition = get_edition(count.edition)
    rows = []
    for gap in count.foremost:
        if gap["kind"] and (gap["kind"], gap["id"]) not in seen:
            continue
        listed = edition.get(gap["slug"]) if edition is not None else None
        note = " · ".join(part for part in (listed.clause_words if listed else "", gap["owner"]) if part)
        url = reverse("evidence:requirement", args=[gap["slug"]])
        rows.append({"title": _title(gap, listed), "url": url, "note": note})
    return Aside(
        title="Ready for the audit?",
        sentence=f"{headline(count.by_basis)} from the last twelve months. {by_whose_wish(count.by_basis)}".strip(),
        rows=rows[:ROWS],
        url=reverse("evidence:home"),
        link="Show what is missing" if count.total else "Show the evidence",
    )
