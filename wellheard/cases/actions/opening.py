"""A case begins."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from wellheard.cases import mails, promises
from wellheard.cases.actions.steps import noted, send, wait_for
from wellheard.cases.hearing import channel_of, contact_of, segments_then, words_of_origin
from wellheard.cases.models import Case, Channel, Entry, Kind
from wellheard.cases.owners import owner_for
from wellheard.cases.texts import spoken
from wellheard.core import access
from wellheard.core.action import action
from wellheard.core.actors import Actor, System
from wellheard.core.errors import Refusal
from wellheard.core.links import link
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Organisation, Site
from wellheard.core.records import Record
from wellheard.core.references import next_reference
from wellheard.customers.models import Account, Person

TITLE_LENGTH = 90
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@action("cases.open_case")
def open_case(
    title: str,
    by: Actor,
    *,
    at: datetime,
    site: Site,
    kind: str = Kind.COMPLAINT,
    owner: Member | None = None,
    words: str = "",
    person: Person | None = None,
    account: Account | None = None,
    contact_name: str = "",
    contact_email: str | None = None,
    contact_phone: str = "",
    language: str = "",
    channel: str = "",
    origin: Record | None = None,
    received_at: datetime | None = None,
    event_on: date | None = None,
    remedy_sought: str = "",
    subject_member: Member | None = None,
    submission_key: str | None = None,
    send_receipt: bool = False,
) -> Case:
    """Open a case: its reference, its deadlines, its owner, and the owner's first task. It acknowledges nothing by itself.

    `words` are the customer's own and are kept as they are. With a statement as `origin` they stay there, and who said it
    is taken from it. `received_at` is when we were told, `at` when it was typed; the clocks run from the former.
    `send_receipt` mails the reference and the page's address at once, to whoever used the form.
    """
    received_at = received_at or at
    if received_at > at:
        raise Refusal(
            "This says that we were told in the future. Nothing is lost; correct the moment and save again.",
            field="received_at",
        )
    _refuse_unreadable(kind, channel, contact_email, received_at)
    said = words if origin is None else words_of_origin(origin)
    if not (title.strip() or said.strip()):
        raise Refusal("There is nothing in it yet. Write what the customer said, and save again.", field="words")
    contact = contact_of(
        by,
        at=at,
        site=site,
        origin=origin,
        person=person,
        account=account,
        name=contact_name,
        email=contact_email,
        phone=contact_phone,
        language=language,
    )
    promised = promises.promised_for(kind, site, received_at)
    acknowledge_due = promises.due_from(site, received_at, promised.acknowledge)
    answer_due = promises.due_from(site, received_at, promised.answer)
    case = Case(
        reference=next_reference("CAS", at),
        submission_key=submission_key,
        kind_of_case=kind,
        title=title.strip()[:300] or title_from(said),
        site=site,
        owner=owner or owner_for(site, subject_member),
        subject_member=subject_member,
        account=contact.account,
        person=contact.person,
        segments=segments_then(contact, origin, received_at),
        contact_name=contact.name,
        contact_email=contact.email,
        contact_phone=contact.phone,
        language=spoken(contact.language or Organisation.current().default_language),
        channel=channel or channel_of(origin),
        complaint_text=words if origin is None else "",
        remedy_sought=remedy_sought,
        event_on=event_on,
        received_at=received_at,
        received_on=received_at.astimezone(site.zone).date(),
        logged_at=at,
        promised=promised.to_json(),
        acknowledge_due=acknowledge_due.due,
        acknowledge_explained=promises.explained(acknowledge_due, site),
        answer_due=answer_due.due,
        answer_explained=promises.explained(answer_due, site),
    )
    refuse_unfit_owner(case, case.owner)
    case.save()
    if origin is not None:
        link(origin, case, "raised", by, at=at)
    came_by_itself = not isinstance(by, Member)
    what = Entry.What.MESSAGE_IN if came_by_itself and origin is None else Entry.What.EVENT
    noted(case, by, _how_it_came(case, by), at=at if origin is not None else received_at, what=what)
    if send_receipt and (message := send(case, mails.receipt(case), "receipt", at=at)) is not None:
        noted(case, System("receipts"), "gave the reference at once, by mail.", at=at, message=message)
    wait_for(case, "acknowledge", by, at=at, due_at=case.acknowledge_due)
    return case


def _refuse_unreadable(kind: str, channel: str, email: str | None, received_at: datetime) -> None:
    """What no page could show and no mail could reach is refused at its field."""
    if kind not in Kind.values:
        raise Refusal(f"Nothing is called “{kind}” here. Nothing was saved; say {_or(Kind.values)}.", field="kind")
    if channel and channel not in Channel.values:
        raise Refusal(
            f"“{channel}” is no way to reach us that is counted. Nothing was saved; say {_or(Channel.values)}.",
            field="channel",
        )
    if email and email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            raise Refusal(
                "This does not look like an e-mail address. Nothing was saved; correct it, or leave it out.",
                field="contact_email",
            ) from None
    if received_at < LONG_AGO:
        raise Refusal(
            f"This says that we were told in the year {received_at.year}. Nothing was saved; correct the moment.",
            field="received_at",
        )


def _or(values: Sequence[str]) -> str:
    return f"{', '.join(values[:-1])} or {values[-1]}"


def may_own(case: Case, owner: Member) -> bool:
    """May this member look after it? They must be here still, handle cases of that site, and not be whom it is about."""
    as_if = Case(site_id=case.site_id, subject_member_id=case.subject_member_id)
    as_if.pk = case.pk or -1
    return owner.is_active and access.may(owner, "cases.answer", as_if)


def refuse_unfit_owner(case: Case, owner: Member) -> None:
    """Say why this member can't look after it, if so."""
    if not may_own(case, owner):
        why = (
            "it is about them" if owner.pk == case.subject_member_id else f"they don’t handle cases at {case.site.name}"
        )
        raise Refusal(
            f"{owner.name} can’t look after this: {why}. Nothing was changed; choose somebody else.", field="owner"
        )


def title_from(words: str) -> str:
    """A title for a list, made from the beginning of the words; the words themselves are kept whole elsewhere."""
    line = " ".join(words.split())
    for end in (". ", "! ", "? "):
        first, found, _ = line.partition(end)
        if found and 15 <= len(first) < TITLE_LENGTH:
            line = first
            break
    line = line.removesuffix(".")
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rsplit(' ', 1)[0]}…"


def _how_it_came(case: Case, by: Actor) -> str:
    name = f" for {case.customer_name}" if isinstance(by, Member) and case.customer_name != "the customer" else ""
    if by.actor_id.startswith("system:"):
        return f"opened this{name}: a listening rule asked for it."
    if isinstance(by, Member):
        how = f", told {HOW_IT_CAME[case.channel]}" if case.channel in HOW_IT_CAME else ""
        return f"opened this{name}{how}."
    return "wrote to us. Reference given at once."


HOW_IT_CAME: dict[str, str] = {
    Channel.PHONE: "by phone",
    Channel.LETTER: "by letter",
    Channel.VISIT: "in person",
    Channel.MAIL: "by e-mail",
    Channel.SURVEY: "in a survey",
    Channel.FORM: "by the form",
}
