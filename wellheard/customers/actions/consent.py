"""What customers agree to and refuse, and addresses that nothing is sent to."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor, System
from wellheard.core.errors import Refusal
from wellheard.customers.consent import latest_decisions
from wellheard.customers.current import current
from wellheard.customers.lineage import ids_of
from wellheard.customers.models import Consent, ConsentText, ContactPoint, Person, Purpose, Suppression
from wellheard.customers.public_words import purpose_texts
from wellheard.customers.purposes import SHIPPED, SURVEYS, Ground
from wellheard.customers.suppression import address_digest, normal_address, suppressions_of

Decision = Consent.Decision
Source = Consent.Source
BY_LINK = (Source.CENTRE, Source.UNSUBSCRIBE)


# ---- purposes -----------------------------------------------------------------------------------------------------
def set_up_purposes(by: Actor, *, at: datetime) -> None:
    """The purposes that every organisation has, with the words that customers agree to; what is there already stays."""
    if Purpose.objects.filter(key__in=list(SHIPPED)).count() < len(SHIPPED):
        _set_up(by, at=at)


@action("customers.set_up_purposes", creates=True)
def _set_up(by: Actor, *, at: datetime) -> None:
    there = set(Purpose.objects.values_list("key", flat=True))
    for position, (key, ground) in enumerate(SHIPPED.items(), start=1):
        if key in there:
            continue
        name, about, agreed = purpose_texts(key)
        purpose = Purpose(key=key, name=name, about=about, ground=ground, position=position * 10)
        purpose.save()
        ConsentText(purpose=purpose, version=1, texts=agreed, valid_from=at).save()


@action("customers.change_purpose")
def change_purpose(
    purpose: Purpose,
    by: Actor,
    *,
    at: datetime,
    name: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
    ground: str | None = None,
) -> Purpose:
    """Say otherwise what customers get, or on which ground. What they decided before stays as it is."""
    if ground is not None and ground not in Ground.values:
        raise Refusal(f"“{ground}” is no ground to write. Nothing was saved; choose one of the list.", field="ground")
    if purpose.key in SHIPPED and ground is not None and (ground == Ground.SERVICE) != (purpose.key == "service"):
        raise Refusal(
            f"“{purpose}” can’t become that: only answers to a customer’s own words are sent whatever they prefer. "
            "Nothing was saved.",
            field="ground",
        )
    purpose.name = _texts(name, "name") if name is not None else purpose.name
    purpose.about = _texts(about, "about") if about is not None else purpose.about
    purpose.ground = ground or purpose.ground
    purpose.save()
    return purpose


@action("customers.word_consent")
def word_consent(purpose: Purpose, texts: Mapping[str, str], by: Actor, *, at: datetime) -> ConsentText:
    """New words to agree to, by language: the next version. Who agreed to older words agreed to those, and that stays."""
    wanted = _texts(texts, "texts")
    last = purpose.texts.order_by("-version").first()
    if last is not None and last.texts == wanted:
        return last
    text = ConsentText(purpose=purpose, version=last.version + 1 if last else 1, texts=wanted, valid_from=at)
    text.save()
    return text


def _texts(given: Mapping[str, str], field: str) -> dict[str, str]:
    found = {language: words.strip() for language, words in given.items() if words.strip()}
    if not found:
        raise Refusal("There is no text in any language. Nothing was saved; write it in one at least.", field=field)
    return found


# ---- decisions ----------------------------------------------------------------------------------------------------
@action("customers.note_consent")
def note_consent(
    person: Person,
    purpose: Purpose | str,
    decision: str,
    by: Actor,
    *,
    at: datetime,
    source: str = Source.SAID,
    evidence: str = "",
    text: ConsentText | None = None,
    decided_at: datetime | None = None,
) -> Consent:
    """Note what a person decided about a purpose. Decisions are only added: the latest (by `decided_at`, else now) counts.

    `text` is the wording that they had before them; said to one of us, `evidence` says how (“on the phone, to Ben”).
    About somebody who was merged it is noted where it counts, with who stands for them. Refused for an unknown purpose or
    decision, a moment to come, and a person who was erased.
    """
    if person.is_merged:
        return note_consent(
            current(person), purpose, decision, by, at=at, source=source, evidence=evidence, text=text,
            decided_at=decided_at,
        )  # fmt: skip
    found = _purpose(purpose, at)
    if decision not in Decision.values:
        raise Refusal(f"“{decision}” is no decision. Nothing was saved; choose one of the list.", field="decision")
    if source not in Source.values:
        raise Refusal(f"“{source}” is no source of a decision. Nothing was saved.", field="source")
    if found.ground == Ground.SERVICE:
        raise Refusal(
            "Answers to their own words are always sent, so there is nothing to agree to. Nothing was saved.",
            field="purpose",
        )
    if decided_at is not None and decided_at > at:
        raise Refusal("This moment is still to come. Nothing was saved; say when they decided.", field="decided_at")
    if person.erased_at is not None:
        raise Refusal("Everything about this person was erased. Nothing was saved.")
    if text is not None and text.purpose_id != found.pk:
        raise Refusal("These are the words of another purpose. Nothing was saved.", field="text")
    return _note(person, found, decision, source, evidence.strip(), text, at=decided_at or at)


@action("customers.unsubscribe")
def unsubscribe(person: Person, purpose: Purpose | str, by: Actor, *, at: datetime) -> Person:
    """They used the link of a mail: no more of this purpose. Used again, nothing happens anew."""
    if person.is_merged:
        return unsubscribe(current(person), purpose, by, at=at)
    found = _purpose(purpose, at)
    if found.ground != Ground.SERVICE and person.erased_at is None:
        decision, moment, _ = latest_decisions([person.pk], found.key).get(person.pk, ("", None, ""))
        if decision in {"", Decision.GIVEN}:
            _note(person, found, Decision.WITHDRAWN, Source.UNSUBSCRIBE, "", None, at=_newest(at, moment))
    return person


@action("customers.set_preferences")
def set_preferences(
    person: Person,
    by: Actor,
    *,
    at: datetime,
    wanted: Mapping[str, bool],
    texts: Mapping[str, ConsentText] | None = None,
    source: str = Source.CENTRE,
    evidence: str = "",
    **preferences: object,
) -> Person:
    """Everything of the preference centre at once: `wanted` says by a purpose's key whether they want it.

    A decision is noted only where it differs from what held until now, with the words (`texts`, by key) that they had before
    them. `preferences` are among channel, language, frequency and wants_no_mail. No surveys also means that nobody asks.
    """
    if person.is_merged:
        return set_preferences(
            current(person), by, at=at, wanted=wanted, texts=texts, source=source, evidence=evidence, **preferences
        )
    if person.erased_at is not None:
        raise Refusal("Everything about this person was erased. Nothing was saved.")
    if unknown := set(preferences) - {"channel", "language", "frequency", "wants_no_mail"}:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to prefer")
    if preferences.get("channel", "") not in Person.Channel.values:
        raise Refusal(
            "There is no such way to reach somebody. Nothing was saved; choose one of the list.", field="channel"
        )
    if preferences.get("frequency", "") not in Person.Frequency.values:
        raise Refusal("Nothing was saved; choose from the list how often.", field="frequency")
    for name, value in preferences.items():
        setattr(person, name, value)
    if SURVEYS in wanted:
        person.do_not_ask = not wanted[SURVEYS]
    person.save()
    for purpose in Purpose.objects.filter(key__in=list(wanted), retired_at=None).exclude(ground=Ground.SERVICE):
        decision, moment, _ = latest_decisions([person.pk], purpose.key).get(person.pk, ("", None, ""))
        holds = decision == Decision.GIVEN or (not decision and purpose.ground == Ground.INTEREST)
        if wanted[purpose.key] != holds:
            now = Decision.GIVEN if wanted[purpose.key] else Decision.WITHDRAWN if decision else Decision.REFUSED
            text = (texts or {}).get(purpose.key)
            _note(person, purpose, now, source, evidence, text, at=_newest(at, moment))
    return person


def share_objections(one: Person, other: Person, *, since: datetime) -> None:
    """Two who were held for one are two again: what they refused in between (`since`) counts for `other` too, since nobody
    knows which of the two it was. Called within an action that has both in hand."""
    rows = Consent.objects.filter(person=one, at__gte=since).exclude(decision=Decision.GIVEN).order_by("at", "pk")
    for each in rows.select_related("purpose"):
        there = latest_decisions([other.pk], each.purpose.key).get(other.pk)
        if there is None or there[0] == Decision.GIVEN:
            when = _newest(each.at, there[1] if there else None)
            _note(other, each.purpose, each.decision, each.source, each.evidence, each.text, at=when)


def _newest(at: datetime, moment: datetime | None) -> datetime:
    """A moment noted by hand may lie a little ahead of the clock of this machine; the newest word must count."""
    return max(at, moment) if moment is not None else at


def _note(
    person: Person,
    purpose: Purpose,
    decision: str,
    source: str,
    evidence: str,
    text: ConsentText | None,
    *,
    at: datetime,
) -> Consent:
    consent = Consent(
        person=person, purpose=purpose, decision=decision, at=at, source=source, evidence=evidence, text=text
    )
    consent.save()
    if decision == Decision.GIVEN and person.email:
        # They want it again: what kept mails of this purpose from their address because they once refused, does so no more.
        for each in suppressions_of([person.email]).get(normal_address(person.email), []):
            is_this = each.reason == Suppression.Reason.UNSUBSCRIBED and each.purpose_id == purpose.pk
            if is_this and each.since <= at:
                each.lifted_at = at
                each.save()
    detail(purpose=purpose.key, decision=str(decision), source=str(source))
    return consent


def _purpose(purpose: Purpose | str, at: datetime) -> Purpose:
    if isinstance(purpose, Purpose):
        return purpose
    if purpose in SHIPPED and not Purpose.objects.filter(key=purpose).exists():
        set_up_purposes(System("purposes"), at=at)  # their decision must not wait for our administrator
    found = Purpose.objects.filter(key=purpose).first()
    if found is None:
        raise Refusal(f"There is no purpose called “{purpose}”. Nothing was saved.", field="purpose")
    return found


# ---- addresses that nothing is sent to ------------------------------------------------------------------------------
@action("customers.suppress")
def suppress(
    address: str, by: Actor, *, at: datetime, reason: str = Suppression.Reason.HAND, purpose: Purpose | None = None
) -> Suppression:
    """From now on nothing is sent to this address (for this purpose); told twice, the first one stands.

    Only its keyed digest is kept. Refused for what is no address.
    """
    if "@" not in address.strip("@ "):
        raise Refusal("This is no e-mail address. Nothing was saved; write the whole address.", field="address")
    if reason not in Suppression.Reason.values:
        raise Refusal(f"“{reason}” is no reason. Nothing was saved; choose one of the list.", field="reason")
    for each in suppressions_of([address]).get(normal_address(address), []):
        if each.reason == reason and each.purpose_id == (purpose.pk if purpose else None):
            return each
    made = Suppression(address_digest=address_digest(address), purpose=purpose, reason=reason, since=at)
    made.save()
    return made


@action("customers.suppress_person", creates=True)
def suppress_person(person: Person, by: Actor, *, at: datetime, reason: str) -> int:
    """From now on nothing is sent to any address that this person has or had; gives how many those are.

    To be called before the addresses are erased: the digests stay. An address that others read too is left to them.
    """
    emails = ContactPoint.objects.filter(what=ContactPoint.What.EMAIL)
    points = emails.filter(person=current(person))
    addresses = {normal_address(each) for each in (*points.values_list("value", flat=True), person.email or "")} - {""}
    people = ids_of(current(person))
    others = emails.filter(key__in=sorted(addresses), person__isnull=False)
    others = others.filter(Q(is_shared=True) | ~Q(person__in=people))
    own = sorted(addresses - set(others.order_by().values_list("key", flat=True)))
    for each in own:
        suppress(each, by, at=at, reason=reason)
    return len(own)


@action("customers.lift_suppression")
def lift_suppression(suppression: Suppression, by: Actor, *, at: datetime, address: str = "") -> Suppression:
    """The address may be written to again. `address`, where it is known, is then held for a right one again."""
    if suppression.lifted_at is None:
        suppression.lifted_at = at
        suppression.save()
        if suppression.reason == Suppression.Reason.BOUNCED and address:
            _mark(address, is_valid=True)
    return suppression


@action("customers.note_bounce")
def note_bounce(to: str, said: str, by: Actor, *, at: datetime) -> Suppression:
    """A mail server said that there is no such address: nothing is sent there any more, and who has it is marked."""
    made = suppress(to, by, at=at, reason=Suppression.Reason.BOUNCED)
    _mark(to, is_valid=False)
    return made


def _mark(address: str, *, is_valid: bool) -> None:
    points = ContactPoint.objects.filter(what=ContactPoint.What.EMAIL, key=address.strip().lower())
    for each in points.exclude(is_valid=is_valid).order_by("pk"):
        each.is_valid = is_valid
        each.save()
