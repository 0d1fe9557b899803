"""Personalised messages: templates, and mailings of them that a person approves and a job sends."""

from collections.abc import Sequence
from datetime import datetime

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Organisation, OutboxMessage, Site
from wellheard.core.outbox import post
from wellheard.core.references import next_reference
from wellheard.core.writing import create_many, lock_many, write_many, writing
from wellheard.customers.addresses import mail_footer, unsubscribe_headers
from wellheard.customers.consent import may_send
from wellheard.customers.current import current
from wellheard.customers.mailing_flow import MAILING_FLOW
from wellheard.customers.models import Mailing, MailingRecipient, MessageTemplate, Person, Purpose, Segment
from wellheard.customers.personalising import Texts, ValueMissing, clean_texts, write_for
from wellheard.customers.purposes import Ground
from wellheard.customers.recipients import REASON_LENGTH, fates_of, people_of

Recipient = MailingRecipient.Status


# ---- templates ------------------------------------------------------------------------------------------------------
@action("customers.write_template")
def write_template(
    name: str, purpose: Purpose, texts: Texts, by: Actor, *, at: datetime, owner: Member | None = None
) -> MessageTemplate:
    """A new template. Refused without a name of its own, without a text, or with a field that there is not."""
    template = MessageTemplate(purpose=purpose, owner=owner)
    return _save(template, name, texts)


@action("customers.change_template")
def change_template(
    template: MessageTemplate,
    by: Actor,
    *,
    at: datetime,
    name: str | None = None,
    purpose: Purpose | None = None,
    texts: Texts | None = None,
) -> MessageTemplate:
    """Write it otherwise. Mailings that were approved keep the words that they were approved with, and what they were for:
    refused for another purpose once one was, since customers decide by it what they get."""
    if purpose is not None and purpose.pk != template.purpose_id:
        if template.mailings.filter(approved_at__isnull=False).exists():
            raise Refusal(
                f"Customers were written to with this template as “{template.purpose}”. Nothing was saved; write a new "
                "template for the other purpose.",
                field="purpose",
            )
        template.purpose = purpose
    return _save(template, template.name if name is None else name, template.texts if texts is None else texts)


@action("customers.retire_template")
def retire_template(template: MessageTemplate, by: Actor, *, at: datetime) -> MessageTemplate:
    """No new mailing uses it any more."""
    template.retired_at = template.retired_at or at
    template.save()
    return template


def _save(template: MessageTemplate, name: str, texts: Texts) -> MessageTemplate:
    template.name = name.strip()
    if not template.name:
        raise Refusal("A template needs a name. Nothing was saved; give it one.", field="name")
    if MessageTemplate.objects.filter(name__iexact=template.name).exclude(pk=template.pk).exists():
        raise Refusal(
            f"There is a template “{template.name}” already. Nothing was saved; use another name.", field="name"
        )
    template.texts = clean_texts(texts)
    template.save()
    return template


# ---- mailings -------------------------------------------------------------------------------------------------------
@action("customers.draft_mailing", creates=True)
def draft_mailing(
    template: MessageTemplate,
    by: Actor,
    *,
    at: datetime,
    owner: Member,
    segment: Segment | None = None,
    people: Sequence[Person] = (),
    site: Site | None = None,
) -> Mailing:
    """A mailing to the people of a segment, as they are when it is approved, or to chosen people. Nothing is sent yet."""
    if template.retired_at is not None:
        raise Refusal("This template is no longer used. Nothing was saved; choose another one.", field="template")
    if (segment is None) == (not people):
        raise Refusal(
            "A mailing goes either to a segment or to people whom you choose. Nothing was saved; fill in one of the two.",
            field="segment",
        )
    mailing = Mailing(
        reference=next_reference("MAI", at), template=template, segment=segment, site=site, owner=owner, drafted_at=at
    )
    mailing.save()
    for person in dict.fromkeys(current(each) for each in people):
        MailingRecipient(mailing=mailing, person=person).save()
    return mailing


@action("customers.approve_mailing")
def approve_mailing(mailing: Mailing, by: Actor, *, at: datetime, seen: str = "") -> Mailing:
    """Somebody has looked at it: from now on its texts are frozen, who gets it is decided, and the worker sends it.

    Whoever may not be written to, or lacks a value, is kept in the list with the reason. Refused when nobody is left, and
    when the template no longer says what was looked at (`seen`: its fingerprint then).
    """
    MAILING_FLOW.take(mailing, "approve")
    writing().lock(mailing.template)
    if seen and seen != mailing.template.fingerprint():
        raise Refusal(
            "The message was changed since you looked at it. Nothing was sent; read it as it is now, then approve it."
        )
    mailing.texts, mailing.approved_at = mailing.template.texts, at
    fates = fates_of(people_of(mailing, by), mailing.texts, mailing.template.purpose.key, at)
    if not any(each.gets_it for each in fates):
        raise Refusal("Nobody would get this mailing. Nothing was sent; the list says why for each of them.")
    mailing.save()
    reasons = {each.person.pk: each.reason for each in fates}
    there = lock_many(MailingRecipient.objects.filter(mailing=mailing))
    for row in there:
        row.reason = reasons.pop(row.person_id, "not among those whom the approver may see")
        row.status = Recipient.LEFT_OUT if row.reason else Recipient.WAITING
    write_many(there, ["reason", "status"])
    create_many(
        [
            MailingRecipient(
                mailing=mailing, person_id=pk, reason=why, status=Recipient.LEFT_OUT if why else Recipient.WAITING
            )
            for pk, why in reasons.items()
        ]
    )
    detail(to_write=sum(1 for each in fates if each.gets_it), left_out=sum(1 for each in fates if not each.gets_it))
    return mailing


@action("customers.stop_mailing")
def stop_mailing(mailing: Mailing, by: Actor, *, at: datetime) -> Mailing:
    """Whoever waits is not written to. What was written already is with the outbox."""
    MAILING_FLOW.take(mailing, "stop")
    mailing.ended_at = at
    mailing.save()
    return mailing


@action("customers.go_on_with_mailing")
def go_on_with_mailing(mailing: Mailing, by: Actor, *, at: datetime) -> Mailing:
    """Write to those who still wait, with the words that were approved."""
    MAILING_FLOW.take(mailing, "go_on")
    if mailing.approved_at is None:
        raise Refusal("Nobody approved this mailing before it was stopped. Nothing was changed; draft it anew.")
    mailing.ended_at = None
    mailing.save()
    return mailing


@action("customers.end_mailing")
def end_mailing(mailing: Mailing, by: Actor, *, at: datetime) -> Mailing:
    """Nobody waits any more."""
    MAILING_FLOW.take(mailing, "end")
    mailing.ended_at = at
    mailing.save()
    return mailing


@action("customers.write_to_recipient")
def write_to_recipient(recipient: MailingRecipient, by: Actor, *, at: datetime) -> MailingRecipient:
    """Put the message to one person into the outbox, once whatever happens; asked again whether it may be sent."""
    mailing = Mailing.objects.select_related("template__purpose").get(pk=recipient.mailing_id)
    if recipient.status != Recipient.WAITING or mailing.status != Mailing.Status.SENDING:
        return recipient
    people = Person.objects.select_related("account", "owner", "account__owner", "merged_into")
    person, purpose = current(people.get(pk=recipient.person_id)), mailing.template.purpose
    answer = may_send(person, purpose.key, at)
    if not answer.yes:
        return _leave_out(recipient, answer.words)
    try:
        written = write_for(person, mailing.texts, Organisation.current())
    except ValueMissing as missing:
        return _leave_out(recipient, missing.words)
    footer = "" if purpose.ground == Ground.SERVICE else f"\n\n--\n{mail_footer(person, purpose.key, written.language)}"
    message = post(
        str(person.email),
        written.subject,
        f"{written.text}{footer}\n",
        key=f"mailing:{mailing.pk}:{person.pk}",
        purpose=purpose.key,
        at=at,
        about=mailing,
        language=written.language,
        headers=unsubscribe_headers(person, purpose.key),
    )
    recipient.message = message
    if message.status == OutboxMessage.Status.HELD:
        return _leave_out(recipient, message.held_reason)
    recipient.status, recipient.reason = Recipient.WRITTEN, ""
    recipient.save()
    return recipient


@action("customers.leave_out_recipient")
def leave_out_recipient(recipient: MailingRecipient, reason: str, by: Actor, *, at: datetime) -> MailingRecipient:
    """The message could not be written for this person: the others get theirs."""
    return _leave_out(recipient, reason) if recipient.status == Recipient.WAITING else recipient


def _leave_out(recipient: MailingRecipient, reason: str) -> MailingRecipient:
    recipient.status, recipient.reason = Recipient.LEFT_OUT, reason[:REASON_LENGTH]
    recipient.save()
    return recipient
