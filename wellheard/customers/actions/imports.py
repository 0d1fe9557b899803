"""What a person decides about a list of people who want no more mail."""

from datetime import UTC, datetime, time

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.customers.actions.consent import note_consent
from wellheard.customers.actions.directory import stop_mail
from wellheard.customers.consent import latest_decisions
from wellheard.customers.current import current
from wellheard.customers.imports.proposing import look_up_anew
from wellheard.customers.models import Consent, Person, UnsubscribeRequest

PURPOSES = ("news", "offers")
Status = UnsubscribeRequest.Status


@action("customers.confirm_unsubscribe")
def confirm_unsubscribe(request: UnsubscribeRequest, by: Actor, *, at: datetime, person: Person) -> UnsubscribeRequest:
    """It is this person: no more news or offers, as of the day that the list says. Whoever agreed again later keeps that."""
    _refuse_decided(request)
    person = current(person)
    if person.erased_at is not None:
        raise Refusal(
            "Everything about this person was erased. Nothing was changed; choose another, or dismiss the request."
        )
    asked_at = min(datetime.combine(request.asked_on, time(12), tzinfo=UTC), at) if request.asked_on else at
    agreed_again = False
    for purpose in PURPOSES:
        decision, moment, _ = latest_decisions([person.pk], purpose).get(person.pk, ("", asked_at, ""))
        agreed_again |= decision == Consent.Decision.GIVEN and moment > asked_at
        note_consent(
            person,
            purpose,
            Consent.Decision.WITHDRAWN,
            by,
            at=at,
            source=Consent.Source.IMPORT,
            evidence=f"{request.batch.reference}, row {request.row}: {request}"[:500],
            decided_at=asked_at,
        )
    if not agreed_again and not person.wants_no_mail:
        stop_mail(person, by, at=at)
    _decide(request, Status.CONFIRMED, by, at)
    request.person = person
    request.save()
    return request


@action("customers.dismiss_unsubscribe")
def dismiss_unsubscribe(request: UnsubscribeRequest, by: Actor, *, at: datetime) -> UnsubscribeRequest:
    """It is nobody whom we know, or it can't be known: everything stays as it is."""
    _refuse_decided(request)
    _decide(request, Status.DISMISSED, by, at)
    request.save()
    return request


@action("customers.look_up_unsubscribes")
def look_up_unsubscribes(by: Actor, *, at: datetime) -> int:
    """Look once more whom the open requests may mean, for people have come since; gives how many have a new proposal."""
    return look_up_anew(by)


def _refuse_decided(request: UnsubscribeRequest) -> None:
    if request.status != Status.OPEN:
        raise Refusal(f"The request of {request} is decided already. Nothing was changed.", code="decided")


def _decide(request: UnsubscribeRequest, status: str, by: Actor, at: datetime) -> None:
    request.status, request.decided_at = status, at
    request.decided_by = by if isinstance(by, Member) else None
