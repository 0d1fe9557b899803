"""Conversations: written down in seconds, corrected when they must be, never removed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site, Task
from wellheard.core.references import next_reference
from wellheard.core.tasks import open_task
from wellheard.customers.current import current
from wellheard.customers.models import Account, Conversation, HeardWords, Person
from wellheard.customers.words_offers import made_of
from wellheard.ground.text.keeping import keepable

CONVERSATION_FIELDS = frozenset(
    {"how", "account", "person", "others", "heard_by", "site", "happened_at", "subject", "notes"}
)
CLOCKS_DIFFER_BY = timedelta(minutes=2)
"""A browser's clock may be this far ahead of ours; what it calls now is not the future."""


def log_conversation(
    how: str,
    by: Actor,
    *,
    at: datetime,
    happened_at: datetime,
    heard_by: Member | None = None,
    account: Account | None = None,
    person: Person | None = None,
    others: str = "",
    subject: str = "",
    notes: str = "",
    words: Sequence[str] = (),
    language: str = "",
    site: Site | None = None,
    key: str | None = None,
) -> Conversation:
    """Write down a conversation, with what the customer said in their words: each of `words` is kept as it is.

    `heard_by` is who of us spoke (the one who writes, if nobody else is said). `happened_at` is when it was heard, never
    later than now. The account and site that are not said are those of the person. Logged again under the same `key`,
    the first one is returned.
    """
    if key and (known := Conversation.objects.filter(key=key).first()) is not None:
        return known
    spoke = heard_by or (by if isinstance(by, Member) else None)
    if spoke is None:
        raise Refusal("Nobody is named who heard it. Nothing was saved; say who of us spoke.", field="heard_by")
    try:
        with transaction.atomic():
            return _log(
                how,
                by,
                at=at,
                happened_at=happened_at,
                heard_by=spoke,
                account=account,
                person=person,
                others=others,
                subject=subject,
                notes=notes,
                words=words,
                language=language,
                site=site,
                key=key,
            )
    except IntegrityError:
        known = Conversation.objects.filter(key=key).first() if key else None
        if known is None:
            raise
        return known  # the same form, sent twice at once


@action("customers.log_conversation")
def _log(
    how: str,
    by: Actor,
    *,
    at: datetime,
    happened_at: datetime,
    heard_by: Member,
    account: Account | None,
    person: Person | None,
    others: str,
    subject: str,
    notes: str,
    words: Sequence[str],
    language: str,
    site: Site | None,
    key: str | None,
) -> Conversation:
    said = [each for each in words if each.strip()]
    person = current(person) if person else None
    account = current(account) if account else (person.account if person else None)
    conversation = Conversation(
        reference=next_reference("CON", at),
        how=how,
        account=account,
        person=person,
        others=others.strip(),
        heard_by=heard_by,
        site=site or (account.site if account else None) or (person.site if person else None) or heard_by.site,
        happened_at=min(happened_at, at) if happened_at - at <= CLOCKS_DIFFER_BY else happened_at,
        typed_at=at,
        subject=subject.strip(),
        notes=keepable(notes),
        key=key or None,
    )
    _check(conversation, at, is_empty=not (subject.strip() or notes.strip() or said))
    conversation.save()
    for each in said:
        _keep_words(conversation, each, person, language)
    return conversation


@action("customers.change_conversation")
def change_conversation(conversation: Conversation, by: Actor, *, at: datetime, **changes: Any) -> Conversation:
    """Correct what was written down; the trail keeps what it said before. `changes` are among `CONVERSATION_FIELDS`."""
    if unknown := set(changes) - CONVERSATION_FIELDS:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    for field, value in changes.items():
        setattr(conversation, field, value)
    conversation.subject, conversation.others = conversation.subject.strip(), conversation.others.strip()
    conversation.notes = keepable(conversation.notes)
    is_empty = not (conversation.subject or conversation.notes.strip() or conversation.heard_words.exists())
    _check(conversation, at, is_empty=is_empty)
    conversation.save()
    return conversation


@action("customers.add_words")
def add_words(
    conversation: Conversation, words: str, by: Actor, *, at: datetime, person: Person | None = None, language: str = ""
) -> HeardWords:
    """Something else that they said in this conversation, as they said it; by its person, if nobody else is named."""
    if not words.strip():
        raise Refusal("There is nothing written yet. Write what they said, as you heard it.", field="words")
    return _keep_words(conversation, words, person or conversation.person, language)


@action("customers.change_words")
def change_words(heard: HeardWords, words: str, by: Actor, *, at: datetime) -> HeardWords:
    """Correct what was mistyped; refused once something was made of the words, since that says what it said."""
    if not words.strip():
        raise Refusal("There is nothing written. What was there is kept; write what they said.", field="words")
    if made := made_of([heard]).get(heard.pk):
        raise Refusal(
            f"These words are {made.label} already, which nobody changes. Nothing was saved; "
            "add the right words to the conversation as well.",
            field="words",
        )
    heard.words = keepable(words)
    heard.save()
    return heard


@action("customers.follow_up")
def follow_up(
    conversation: Conversation, title: str, by: Actor, *, at: datetime, owner: Member, due_on: date | None = None
) -> Task:
    """Something to do after a conversation: a task of `owner`, due at the end of that day."""
    if not title.strip():
        raise Refusal("A follow-up says what is to be done. Nothing was saved; write it down.", field="follow_up")
    return open_task(
        owner,
        title.strip(),
        by,
        at=at,
        about=conversation,
        due_at=_end_of(due_on, conversation.site) if due_on else None,
        note=f"After {conversation.reference}, {conversation.get_how_display()} with {conversation.who}"[:500],
        button="Open the conversation",
        site_id=conversation.site_id,
    )


def _end_of(day: date, site: Site | None) -> datetime:
    """The last minute of a day at the site; where there is none, on the clocks here."""
    zone = site.zone if site is not None else timezone.get_current_timezone()
    return datetime.combine(day, time(23, 59), tzinfo=zone)


def _keep_words(conversation: Conversation, words: str, person: Person | None, language: str) -> HeardWords:
    heard = HeardWords(
        conversation=conversation, person=person, words=keepable(words), language=language or _spoken(person)
    )
    heard.save()
    return heard


def _spoken(person: Person | None) -> str:
    return person.language if person else ""


def _check(conversation: Conversation, at: datetime, *, is_empty: bool) -> None:
    if conversation.how not in Conversation.How.values:
        raise Refusal(f"“{conversation.how}” is no way of speaking. Nothing was saved.", field="how")
    if conversation.happened_at > at:
        raise Refusal("This moment is still to come. Nothing was saved; say when it was heard.", field="happened_at")
    if is_empty:
        raise Refusal(
            "There is nothing written yet. Nothing was saved; write what it was about, or what they said.",
            field="notes",
        )
