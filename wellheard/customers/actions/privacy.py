"""What customers ask of us about their data: requests, the access file, erasure in slices, legal holds, retention."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from wellheard.core.action import action, detail, writing
from wellheard.core.actors import Actor, System
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.core.references import next_reference
from wellheard.core.tasks import end_tasks_about, open_task
from wellheard.customers.actions.consent import suppress_person
from wellheard.customers.actions.duplicates import one_at_a_time
from wellheard.customers.holdings import Scope, every_holding, holding
from wellheard.customers.holds import standing_holds, without_held
from wellheard.customers.lineage import ids_of
from wellheard.customers.models import Account, LegalHold, Person, PrivacyRequest, RetentionRule, Suppression
from wellheard.customers.own_holdings import known_of
from wellheard.customers.values import clean_reason
from wellheard.ground.text.removing import Known

Status, Wish = PrivacyRequest.Status, PrivacyRequest.Wish
ERASER, RETENTION = System("erasure"), System("retention")
SLICE = 300
LONGEST_MONTHS = 600


def month_later(day: date) -> date:
    """The same day of the next month, or its last one: a month as the GDPR counts it (Article 12, paragraph 3)."""
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


@action("customers.receive_request", creates=True)
def receive_request(
    person: Person,
    wish: str,
    by: Actor,
    *,
    at: datetime,
    received_at: datetime | None = None,
    identity_checked: str = "",
    owner: Member | None = None,
) -> PrivacyRequest:
    """Somebody asks what we have of them, or to be erased. Due in a month, with a task for its owner."""
    if wish not in Wish.values:
        raise Refusal("Choose what they want: to know what we have, or to be erased. Nothing was saved.", field="wish")
    if person.merged_into is not None:
        raise Refusal(f"{person} was merged into {person.merged_into}. Nothing was saved; note it there.")
    checked = clean_reason(identity_checked, field="identity_checked")
    received = received_at or at
    if received > at:
        raise Refusal(
            "It can't have been received in the future. Nothing was saved; correct the day.", field="received_at"
        )
    open_one = PrivacyRequest.objects.filter(person=person, wish=wish, status__in=(Status.OPEN, Status.ERASING)).first()
    if open_one is not None:
        return open_one
    request = PrivacyRequest(
        reference=next_reference("PRV", at),
        person=person,
        site_id=person.site_id,
        wish=wish,
        owner=owner or (by if isinstance(by, Member) else None),
        received_at=received,
        due_on=month_later(timezone.localdate(received)),
        identity_checked=checked,
    )
    request.save()
    if request.owner is not None:
        due = datetime.combine(request.due_on, received.timetz())
        words = "Answer what they ask about their data" if wish == Wish.ACCESS else "Erase, as they ask"
        open_task(request.owner, f"{words}: {request.reference}", by, at=at, about=request, verb="answer", due_at=due,
                  button="Open it", site_id=request.site_id)  # fmt: skip
    return request


@action("customers.check_identity")
def check_identity(request: PrivacyRequest, how: str, by: Actor, *, at: datetime) -> PrivacyRequest:
    """Note how we made sure that it is them."""
    checked = clean_reason(how, field="how")
    if not checked:
        raise Refusal("Write how you made sure that it is them. Nothing was saved.", field="how")
    request.identity_checked = checked
    request.save()
    return request


@action("customers.take_access_file")
def take_access_file(request: PrivacyRequest, by: Actor, *, at: datetime) -> PrivacyRequest:
    """Somebody takes the file with everything about the person: refused before their identity was checked."""
    _refuse_unchecked(request)
    if request.person.erased_at is not None:
        raise Refusal(
            f"{request.person} was erased on {request.person.erased_at:%-d %B %Y}: what is left names nobody, so nobody can be "
            "given a file of it. Nothing was handed out; tell them so, and refuse the request with that reason."
        )
    people = ids_of(request.person)
    detail(**{each.key.replace(".", "_"): each.count(people) for each in every_holding()})
    return request


def _refuse_unchecked(request: PrivacyRequest) -> None:
    if not request.identity_checked:
        raise Refusal(
            "Nobody has noted yet how we made sure that it is them. Nothing was done; note that first, so that nobody gets, or "
            "erases, somebody else’s data."
        )


@action("customers.end_request")
def end_request(request: PrivacyRequest, by: Actor, *, at: datetime, refused_because: str = "") -> PrivacyRequest:
    """It is answered; or refused, with the reason."""
    if request.status != Status.OPEN:
        raise Refusal(f"{request} is {request.get_status_display()} already. Nothing was changed.")
    request.status = Status.REFUSED if refused_because.strip() else Status.DONE
    request.reason, request.ended_at = refused_because.strip(), at
    request.save()
    end_tasks_about(request, by, at=at, done=not refused_because)
    return request


# ---- erasure ------------------------------------------------------------------------------------------------------
def refuse_held(person: Person) -> None:
    """Refused while a legal hold stands, with its reason."""
    held = standing_holds(person).first()
    if held is not None:
        raise Refusal(
            f"A legal hold since {held.since:%-d %B %Y} keeps this data: {held.reason} Nothing was erased; "
            "tell them so, and lift the hold when its reason is gone."
        )


@action("customers.erase")
def erase(
    request: PrivacyRequest, by: Actor, *, at: datetime, chosen: Collection[str] = (), most: int = SLICE
) -> PrivacyRequest:
    """Erase the person: at once who they are, then the rest in slices. Complaints and counts stay, of somebody without a name.
    `chosen`: words of theirs to be removed too. Refused while a legal hold stands, or before their identity was checked."""
    if request.wish != Wish.ERASURE:
        raise Refusal("They asked what we have, not to be erased. Nothing was erased; note the other wish first.")
    if request.status != Status.OPEN:
        raise Refusal(f"{request} is {request.get_status_display()} already. Nothing was changed.")
    _refuse_unchecked(request)
    one_at_a_time()
    refuse_held(request.person)
    people = ids_of(request.person)
    known = known_of(people)
    for each in Person.objects.filter(pk__in=people).order_by("pk"):
        suppress_person(each, by, at=at, reason=Suppression.Reason.ERASED)
    request.status, request.chosen = Status.ERASING, sorted({*chosen} & offered(people))
    request.progress = {
        "by": by.actor_id,
        "people": people,
        "names": known.names,
        "emails": known.emails,
        "phones": known.phones,
        "waiting": [each.key for each in every_holding()],
        "after": 0,
    }
    request.did = {}
    request.save()
    _slice(request, by, at, most)
    return request


def offered(people: Collection[int]) -> set[str]:
    """The keys of all their words that may be chosen."""
    ids = tuple(people)
    return {words.key for each in every_holding() if each.words is not None for words in each.words(ids)}


@action("customers.erase_slice")
def erase_slice(request: PrivacyRequest, by: Actor, *, at: datetime, most: int = SLICE) -> PrivacyRequest:
    """The next slice of an erasure; when there is none, it is done."""
    if request.status == Status.ERASING:
        _slice(request, by, at, most)
    return request


def _slice(request: PrivacyRequest, by: Actor, at: datetime, most: int) -> None:
    progress = dict(request.progress)
    waiting = list(progress["waiting"])
    if not waiting:
        request.status, request.ended_at, request.progress, request.fault = Status.DONE, at, {}, ""
        request.save()
        end_tasks_about(request, by, at=at)
        return
    writing().forgets = True
    part = holding(waiting[0])
    scope = Scope(
        tuple(progress["people"]),
        Known.of(progress["names"], progress["emails"], progress["phones"]),
        frozenset(request.chosen),
    )
    detail(decided_by=progress.get("by", ""))
    if part is not None:
        done = part.forget(scope, by, at, int(progress["after"]), most)
        request.refresh_from_db()
        request.did = request.did | {part.key: request.did.get(part.key, 0) + done.changed}
        after = done.after
    else:
        after = None
    progress["waiting"], progress["after"] = (waiting, after) if after is not None else (waiting[1:], 0)
    request.progress, request.fault = progress, ""
    request.save()


def erase_on(request: PrivacyRequest, *, at: datetime, slices: int = 1_000, most: int = SLICE) -> PrivacyRequest:
    """Go on with an erasure, slice after slice, each a transaction of its own; harmless when it is done."""
    for _ in range(slices):
        if request.status != Status.ERASING:
            break
        erase_slice(request, ERASER, at=at, most=most)
    return request


# ---- legal holds --------------------------------------------------------------------------------------------------
@action("customers.set_hold", creates=True)
def set_hold(record: Account | Person, reason: str, by: Actor, *, at: datetime) -> LegalHold:
    """This customer's data must be kept, and why. Erasure and retention leave it alone while the hold stands."""
    why = clean_reason(reason)
    if not why:
        raise Refusal("A hold needs its reason: it is what we tell the person. Nothing was saved.", field="reason")
    one_at_a_time()  # an erasure that has just begun is seen, and one that begins now sees the hold
    writing().lock(record)
    if record.merged_into is not None or record.erased_at is not None:
        raise Refusal(f"{record} was merged or erased, so there is nothing to keep here. Nothing was saved.")
    hold = LegalHold(
        person=record if isinstance(record, Person) else None,
        account=record if isinstance(record, Account) else None,
        site_id=record.site_id,
        reason=why,
        since=at,
        set_by=by if isinstance(by, Member) else None,
    )
    hold.save()
    return hold


@action("customers.lift_hold")
def lift_hold(hold: LegalHold, by: Actor, *, at: datetime, reason: str) -> LegalHold:
    """The reason is gone."""
    why = clean_reason(reason)
    if not why:
        raise Refusal("Say why the hold is lifted. Nothing was changed.", field="reason")
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_reason = at, why
        hold.save()
    return hold


# ---- retention ----------------------------------------------------------------------------------------------------
@action("customers.set_retention")
def set_retention(key: str, by: Actor, *, at: datetime, months: int, is_on: bool, ground: str = "") -> RetentionRule:
    """How long a kind of record keeps what is personal in it; off, it only shows what would go."""
    part = holding(key)
    if part is None or part.expiry is None:
        raise Refusal("This kind of record has no retention of its own. Nothing was saved.")
    if not 1 <= months <= LONGEST_MONTHS:
        raise Refusal(f"Give a number of months from 1 to {LONGEST_MONTHS}. Nothing was saved.", field="months")
    why = clean_reason(ground, field="ground")
    if is_on and not why:
        raise Refusal("Say why that long: a law, or your own decision. Nothing was saved.", field="ground")
    rule = RetentionRule.objects.filter(holding=key).first() or RetentionRule(holding=key)
    rule.months, rule.is_on, rule.ground = months, is_on, why
    rule.save()
    return rule


def outdated(key: str, months: int, at: datetime) -> Any:
    """The rows of this kind whose time is over, and whom no hold keeps."""
    part = holding(key)
    if part is None or part.expiry is None:
        raise LookupError(f"There is no retention of {key}.")
    return without_held(part.expiry.rows(months_before(at, months)), *part.expiry.held_by)


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last of that month."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


@action("customers.apply_retention")
def apply_retention(rule: RetentionRule, by: Actor, *, at: datetime, most: int = SLICE) -> RetentionRule:
    """Make the next slice of outdated rows nameless. `detail` says how many; a rule that is off does nothing."""
    part = holding(rule.holding)
    if not rule.is_on or part is None or part.expiry is None:
        return rule
    ids = list(outdated(rule.holding, rule.months, at).order_by("pk").values_list("pk", flat=True)[:most])
    if ids:
        writing().forgets = True
        part.expiry.forget(ids, by, at)
    detail(rows=len(ids))
    rule.applied_at = at
    rule.save()
    return rule


def apply_all_retention(at: datetime, *, slices: int = 200) -> None:
    """Every rule that is on, slice after slice, until nothing is left or the night is over."""
    for rule in RetentionRule.objects.filter(is_on=True).order_by("pk"):
        for _ in range(slices):
            if not outdated(rule.holding, rule.months, at).exists():
                break
            apply_retention(rule, RETENTION, at=at)
