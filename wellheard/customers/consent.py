"""May we write to somebody for this purpose? The one place that answers, for one and for a hundred thousand.

    may_send(person, "news", at)          → Sendable(yes=False, reason="no news by mail wanted")
    may_send_each(people, "offers", at)   → {person's id: Sendable}, in a number of queries that does not grow

A service (an answer to their own words or orders) is always sent, except to an address that does not exist and to somebody
who was erased. Everything else needs that nobody objected: in the preferences, in a decision about the purpose, in the list
of addresses that nothing is sent to, and in how often they want to hear from us.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.db.models.functions import Lower
from django.utils import timezone

from wellheard.core.batches import in_batches
from wellheard.core.links import Key
from wellheard.core.models import OutboxMessage
from wellheard.customers.models import Consent, ContactPoint, Person, Suppression
from wellheard.customers.purposes import SURVEYS, Ground, Purposes
from wellheard.customers.suppression import normal_address, suppressions_of

ERASED = "erased"
NO_ADDRESS = "no e-mail address"
NO_MAIL = "no news by mail wanted"
NO_CONTACT = "no contact wanted"
BY_PHONE = "to be reached by phone"
BY_LETTER = "to be reached by letter"
NO_SURVEYS = "no surveys wanted"
OBJECTED = "objected to this"
NOT_AGREED = "not agreed to this"
WITHDRAWN = "withdrew the agreement"
NO_SUCH_ADDRESS = "the address does not exist"
SUPPRESSED = "nothing is sent to this address"
TOO_OFTEN = "has had enough mail for now"
RETIRED = "this purpose is no longer used"

TO_TELL_OTHERWISE = frozenset({NO_ADDRESS, BY_PHONE, BY_LETTER, NO_SUCH_ADDRESS})
"""Reasons that speak against a mail, not against telling them: a call or a letter will do."""

MAILING = "customers.mailing"
PERIODS = {
    Person.Frequency.MONTHLY: timedelta(days=30),
    Person.Frequency.QUARTERLY: timedelta(days=91),
    Person.Frequency.YEARLY: timedelta(days=365),
}


@dataclass(frozen=True)
class Sendable:
    """May it be sent? If not, the `reason` (the same words for everybody, to be counted) and its `detail` (since when)."""

    yes: bool
    reason: str = ""
    detail: str = ""

    @property
    def words(self) -> str:
        """Reason and detail in one line."""
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


YES = Sendable(True)


@dataclass
class _Known:
    """What was read about everybody who is asked about."""

    key: str
    ground: str
    is_retired: bool
    at: datetime
    decisions: dict[int, tuple[str, datetime, str]] = field(default_factory=dict)
    suppressions: dict[str, list[Suppression]] = field(default_factory=dict)
    last_mail: dict[str, datetime] = field(default_factory=dict)


def may_send(whom: Person | str, purpose_key: str, at: datetime, *, counting: bool = True) -> Sendable:
    """May we write for this purpose to this person, or to this address? `counting` minds how often they want mail.

    An address that several share may be written to as long as one of them may. Raises ValueError for an unknown purpose.
    """
    if isinstance(whom, Person):
        return may_send_each([whom], purpose_key, at, counting=counting)[whom.pk]
    return _may_send_to(whom, purpose_key, at, Purposes.present(), counting=counting)


def _may_send_to(address: str, key: str, at: datetime, purposes: Purposes, *, counting: bool) -> Sendable:
    readers = [] if purposes.ground(key) == Ground.SERVICE else _readers_of(address)
    asked: list[tuple[Person | None, str]] = [(each, address) for each in readers] or [(None, address)]
    answers = _answers(asked, key, at, purposes, counting=counting)
    return next((each for each in answers if each.yes), answers[0])


def may_send_each(
    people: Iterable[Person], purpose_key: str, at: datetime, *, counting: bool = True
) -> dict[int, Sendable]:
    """The answer for each of these people, by id; for one that was merged it is the answer of who stands for them now."""
    given = list(people)
    standing = _standing(given)
    asked = [(standing[each.pk], standing[each.pk].email or "") for each in given]
    answers = _answers(asked, purpose_key, at, Purposes.present(), counting=counting)
    return {each.pk: answer for each, answer in zip(given, answers, strict=True)}


def may_send_by_purpose(person: Person, at: datetime) -> dict[str, Sendable]:
    """The answer for one person and every purpose in use, by its key."""
    who = _standing([person])[person.pk]
    purposes = Purposes.present()
    suppressions = suppressions_of([who.email or ""])
    last_mail = _last_mails([who], purposes, at)
    decisions: dict[str, tuple[str, datetime, str]] = {}
    rows = Consent.objects.filter(person=who).order_by("-at", "-pk")
    for key, decision, moment, source in rows.values_list("purpose__key", "decision", "at", "source"):
        decisions.setdefault(key, (decision, moment, source))
    found = {}
    for key, row in purposes.rows.items():
        mine = {who.pk: decisions[key]} if key in decisions else {}
        known = _Known(key, row.ground, row.retired_at is not None, at, mine, suppressions, last_mail)
        found[key] = _answer(who, who.email or "", known)
    return found


def mail_gate(to: str, purpose: str, about: Key | None) -> str:
    """The outbox asks here about every mail, when it is written and when it leaves. How often somebody wants mail was asked
    by whoever wrote it: here the mail would count itself."""
    purposes, now = Purposes.present(), timezone.now()
    key = purposes.of_mail(purpose)
    words = _may_send_to(to, key, now, purposes, counting=False).words
    if words or about is None or about[0] != MAILING or purposes.ground(key) == Ground.SERVICE:
        return words
    # Several may read this address: the mail is for those of them whom the mailing names.
    meant = Person.objects.filter(Q(mailings__mailing=about[1]) | Q(merged__mailings__mailing=about[1]))
    readers = list(meant.filter(pk__in=[each.pk for each in _readers_of(to)]).order_by("pk").distinct())
    answers = list(may_send_each(readers, key, now, counting=False).values())
    return "" if not answers or any(each.yes for each in answers) else answers[0].words


def _readers_of(address: str) -> list[Person]:
    """Whoever reads this address now."""
    points = ContactPoint.objects.filter(
        what=ContactPoint.What.EMAIL, key=address.strip().lower(), is_former=False, person__isnull=False
    )
    return list(Person.objects.filter(pk__in=points.values("person_id"), merged_into=None).order_by("pk"))


def _standing(people: Sequence[Person]) -> dict[int, Person]:
    """For each the person who stands for them."""
    gone = {each.merged_into_id for each in people if each.merged_into_id is not None}
    survivors: dict[int, Person] = {}
    for some in in_batches(sorted(gone)):
        survivors |= {each.pk: each for each in Person.objects.filter(pk__in=some)}
    return {each.pk: survivors.get(each.merged_into_id or 0, each) for each in people}


def _answers(
    asked: Sequence[tuple[Person | None, str]], key: str, at: datetime, purposes: Purposes, *, counting: bool
) -> list[Sendable]:
    row = purposes.rows.get(key)
    known = _Known(key, purposes.ground(key), bool(row and row.retired_at), at)
    known.suppressions = suppressions_of(address for _, address in asked)
    if known.ground != Ground.SERVICE:
        people = [person for person, _ in asked if person is not None]
        known.decisions = latest_decisions([each.pk for each in people], key)
        if counting:
            known.last_mail = _last_mails(people, purposes, at)
    return [_answer(person, address, known) for person, address in asked]


def latest_decisions(people: Sequence[int], key: str) -> dict[int, tuple[str, datetime, str]]:
    """(decision, moment, source) that counts for each of these people (ids): the latest one about this purpose."""
    found: dict[int, tuple[str, datetime, str]] = {}
    for some in in_batches(people):
        rows = Consent.objects.filter(person_id__in=some, purpose__key=key).order_by("person_id", "-at", "-pk")
        for person, decision, moment, source in rows.values_list("person_id", "decision", "at", "source"):
            found.setdefault(person, (decision, moment, source))
    return found


def _last_mails(people: Sequence[Person], purposes: Purposes, at: datetime) -> dict[str, datetime]:
    """When each address of those who limit how often they hear from us had its last mail that they could have refused."""
    limited = {normal_address(each.email or "") for each in people if each.frequency} - {""}
    found: dict[str, datetime] = {}
    for some in in_batches(sorted(limited)):
        rows = (
            OutboxMessage.objects.annotate(address=Lower("to"))
            .filter(address__in=some, written_at__gt=at - max(PERIODS.values()), written_at__lte=at)
            .filter(purpose__in=sorted(purposes.decided_by_customers()))
            .exclude(status__in=[OutboxMessage.Status.HELD, OutboxMessage.Status.FAILED])
        )
        found |= dict(rows.values("address").annotate(last=Max("written_at")).values_list("address", "last"))
    return found


def _answer(person: Person | None, address: str, known: _Known) -> Sendable:
    if person is not None and person.erased_at is not None:
        return Sendable(False, ERASED)
    if known.ground != Ground.SERVICE:
        refused = _against_the_purpose(person, known)
        if refused is not None:
            return refused
    if not address:
        return Sendable(False, NO_ADDRESS)
    for each in known.suppressions.get(normal_address(address), []):
        if each.reason == Suppression.Reason.BOUNCED:
            return Sendable(False, NO_SUCH_ADDRESS, f"since {_day(each.since)}")
        if known.ground != Ground.SERVICE and (each.purpose is None or each.purpose.key == known.key):
            return Sendable(False, SUPPRESSED, f"{each.get_reason_display()}, since {_day(each.since)}")
    if person is not None and known.ground != Ground.SERVICE:
        last, period = known.last_mail.get(normal_address(address)), PERIODS.get(Person.Frequency(person.frequency))
        if last is not None and period is not None and last > known.at - period:
            return Sendable(False, TOO_OFTEN, f"{person.get_frequency_display()}, last on {_day(last)}")
    return YES


def _against_the_purpose(person: Person | None, known: _Known) -> Sendable | None:
    """What the person said against this; None when nothing speaks against it."""
    if known.is_retired:
        return Sendable(False, RETIRED)
    if person is None:
        return Sendable(False, NOT_AGREED) if known.ground == Ground.CONSENT else None
    if person.wants_no_mail:
        return Sendable(False, NO_MAIL)
    if person.channel == Person.Channel.NONE:
        return Sendable(False, NO_CONTACT)
    if known.key == SURVEYS and person.do_not_ask:
        return Sendable(False, NO_SURVEYS)
    decision, moment, source = known.decisions.get(person.pk, ("", None, ""))
    if moment is not None and decision != Consent.Decision.GIVEN:
        how = f"{_day(moment)}, {Consent.Source(source).label}"
        agreed_before = known.ground == Ground.CONSENT and decision == Consent.Decision.WITHDRAWN
        return Sendable(False, WITHDRAWN if agreed_before else OBJECTED, how)
    if known.ground == Ground.CONSENT and moment is None:
        return Sendable(False, NOT_AGREED)
    if person.channel in {Person.Channel.PHONE, Person.Channel.LETTER}:
        return Sendable(False, BY_PHONE if person.channel == Person.Channel.PHONE else BY_LETTER)
    return None


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"
