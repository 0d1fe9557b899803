"""What we may send somebody, on their page: every purpose with who decided it when, and what they prefer."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.templatetags.words import day
from wellheard.core.views import may_offer
from wellheard.customers.consent import may_send_by_purpose
from wellheard.customers.models import Account, Consent, Person
from wellheard.customers.parts import Part, register_part
from wellheard.customers.preferences import standings_of
from wellheard.customers.words import language_name

WORDS = {
    Consent.Decision.GIVEN: "agreed",
    Consent.Decision.WITHDRAWN: "taken back",
    Consent.Decision.REFUSED: "refused",
}


def standing_rows(person: Person, now: datetime) -> list[dict[str, Any]]:
    """A line for each purpose: may we send it, and why; who decided it when."""
    rows = []
    answers = may_send_by_purpose(person, now)
    for each in standings_of(person):
        answer = answers[each.purpose.key]
        if each.decided_at is not None:
            decided = (
                f"{WORDS[Consent.Decision(each.decision)]} {day(each.decided_at)}, {Consent.Source(each.source).label}"
            )
        elif each.is_service:
            decided = "always sent"
        else:
            decided = "they have not said"
        rows.append(
            {
                "title": str(each.purpose),
                "note": decided if answer.yes else f"{answer.reason}; {decided}",
                "state": "sent" if answer.yes else "not sent",
                "tone": "" if answer.yes else "wait",
            }
        )
    return rows


def preference_facts(person: Person) -> list[dict[str, str]]:
    """Way, language and how often, as they prefer them."""
    facts = [
        {"label": "Reach them", "value": person.get_channel_display()},
        {"label": "In", "value": language_name(person.language) if person.language else "no language said"},
        {"label": "How often", "value": person.get_frequency_display()},
    ]
    if person.wants_no_mail:
        facts.append({"label": "News", "value": "none at all by mail"})
    if person.do_not_ask:
        facts.append({"label": "Surveys", "value": "none"})
    return facts


def build(record: Account | Person, member: Member) -> dict[str, Any] | None:
    """The card of a person; accounts have none, since people decide and not companies."""
    if isinstance(record, Account) or record.erased_at is not None or not access.may(member, "customers.see_consent"):
        return None
    may_note = may_offer(member, "customers.note_consent", record)
    may_write = may_offer(member, "customers.draft_mailing")
    return {
        "standing": standing_rows(record, timezone.now()),
        "facts": preference_facts(record),
        "url": reverse("customers:consents", args=[record.pk]),
        "write_url": f"{reverse('customers:new-mailing')}?person={record.pk}" if may_write and record.email else "",
        "link_words": "Note a decision, see all" if may_note else "See all decisions",
    }


def register() -> None:
    """Put the card on the pages of people."""
    register_part(
        Part("customers.consents", "What we may send", build, "customers/consent_part.html", place="aside", order=30)
    )
