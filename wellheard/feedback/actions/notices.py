"""Writing what customers are told, publishing it, and telling everyone who spoke, once."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse

from wellheard.core import access
from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import key_of, link
from wellheard.core.models import Member, Organisation, OutboxMessage, Site
from wellheard.core.outbox import post
from wellheard.core.records import Record
from wellheard.core.tasks import end_tasks_about, open_task
from wellheard.customers.addresses import unsubscribe_headers
from wellheard.customers.purposes import NEWS
from wellheard.feedback.alerting import quality_manager_of
from wellheard.feedback.flow import NOTICE_FLOW
from wellheard.feedback.models import TEXT_PARTS, Notice, NoticeStatus, Outcome, Telling
from wellheard.feedback.public_words import LANGUAGES
from wellheard.feedback.telling import MAIL_PURPOSE, Audience, audience_of, mail_for
from wellheard.improvement.models import CorrectiveAction

TELL_BY_HAND = "tell_by_hand"
WRITE_NOTICE = "write_notice"
PART_NAMES = {"headline": "its headline", "said": "what you were told", "did": "what became of it"}
Texts = Mapping[str, Mapping[str, str]]


@action("feedback.write_notice")
def write_notice(
    origin: Record, texts: Texts, outcome: str, by: Actor, *, at: datetime, site: Site | None = None
) -> Notice:
    """A draft of what customers are told about an action (or a case). Links origin → notice “told by”.

    `texts` is {language: {headline, said, did}}. The site is the origin's when none is said. Written again in the same
    words, the draft there is.
    """
    kind, pk = key_of(origin)
    written, became = _clean(texts), _outcome(outcome)
    # The origin is locked, so of two presses of the button the second finds the first one's draft.
    drafts = Notice.objects.filter(origin_kind=kind, origin_id=pk, status=NoticeStatus.DRAFT, outcome=became)
    same = next((each for each in drafts if each.texts == written), None)
    if same is not None:
        return same
    notice = Notice(
        texts=written,
        outcome=became,
        language=Organisation.current().default_language.split("-")[0],
        site=site or getattr(origin, "site", None),
        origin_kind=kind,
        origin_id=pk,
        written_at=at,
    )
    notice.save()
    link(origin, notice, "told by", by, at=at)
    end_tasks_about(origin, by, at=at, verb=WRITE_NOTICE)
    return notice


@action("feedback.change_notice")
def change_notice(
    notice: Notice, by: Actor, *, at: datetime, texts: Texts | None = None, outcome: str | None = None
) -> Notice:
    """Change a draft. What is published has been read: it is taken back first."""
    NOTICE_FLOW.take(notice, "change")
    if texts is not None:
        notice.texts = _clean(texts)
    if outcome is not None:
        notice.outcome = _outcome(outcome)
    notice.save()
    return notice


@action("feedback.publish")
def publish(notice: Notice, by: Actor, *, at: datetime) -> Notice:
    """From now on anyone can read it. Needs the whole text in the organisation's own language, and no half one."""
    NOTICE_FLOW.take(notice, "publish")
    _refuse_gaps(notice)
    notice.published_at = at
    notice.save()
    return notice


@action("feedback.take_back")
def take_back(notice: Notice, by: Actor, *, at: datetime) -> Notice:
    """Back to a draft, as long as nobody was told."""
    NOTICE_FLOW.take(notice, "take_back")
    notice.published_at = None
    notice.save()
    return notice


@action("feedback.tell_everyone")
def tell_everyone(notice: Notice, by: Actor, *, at: datetime) -> Audience:
    """Tell everyone behind the notice who has not been told: one mail each, once ever.

    Who can't be told by mail becomes a task to tell them by hand. Called again, it tells only those who have joined since.
    Gives the audience as it was: `by_mail` have been written to now, `by_hand` wait, `left_out` can't be told.
    """
    NOTICE_FLOW.take(notice, "tell")
    audience = audience_of(notice, at=at)
    for listener in list(audience.by_mail):
        subject, text = mail_for(notice, listener)
        message = post(
            str(listener.person.email),
            subject,
            text,
            key=f"told:{notice.pk}:{listener.person.pk}",
            purpose=MAIL_PURPOSE,
            at=at,
            about=notice,
            language=listener.language,
            headers=unsubscribe_headers(listener.person, NEWS),
        )
        if message.status == OutboxMessage.Status.HELD:
            # Somebody refused it while the list was made: the row says why, and they have not been told.
            audience.by_mail.remove(listener)
            audience.left_out[message.held_reason] = audience.left_out.get(message.held_reason, 0) + 1
            continue
        Telling(
            notice=notice,
            person=listener.person,
            way=Telling.Way.MAIL,
            language=listener.language,
            message=message,
            noted_at=at,
            told_at=at,
        ).save()
    for listener in audience.by_hand:
        Telling(
            notice=notice, person=listener.person, way=Telling.Way.HAND, language=listener.language, noted_at=at
        ).save()
    notice.told_at = at
    notice.save()
    _ask_to_tell_by_hand(notice, by, at)
    detail(mailed=len(audience.by_mail), by_hand=len(audience.by_hand), left_out=audience.left_out)
    return audience


@action("feedback.told_by_hand")
def told_by_hand(telling: Telling, by: Actor, *, at: datetime) -> Telling:
    """Someone told them, in a call or in person. With the last one the task is done."""
    if telling.told_at is not None:
        raise Refusal(f"{telling.person} has been told already. Nothing was changed.")
    telling.told_at = at
    telling.save()
    if not _waiting_for_a_person(telling.notice):
        end_tasks_about(telling.notice, by, at=at, verb=TELL_BY_HAND)
    return telling


def _ask_to_tell_by_hand(notice: Notice, by: Actor, at: datetime) -> None:
    waiting = _waiting_for_a_person(notice)
    teller = by if isinstance(by, Member) else quality_manager_of(notice.site)
    if not waiting or teller is None:
        return
    people = "one person" if waiting == 1 else f"{waiting} people"
    open_task(
        teller,
        f"Tell {people} by hand: {notice}",
        by,
        at=at,
        about=notice,
        verb=TELL_BY_HAND,
        note="Mail does not reach them, or they prefer a call, so a call or a word is needed.",
        button="See who",
        url=notice.get_absolute_url(),
        site_id=notice.site_id,
    )


def _waiting_for_a_person(notice: Notice) -> int:
    return Telling.objects.filter(notice=notice, way=Telling.Way.HAND, told_at__isnull=True).count()


def ask_to_write(action: CorrectiveAction, by: Actor, at: datetime) -> None:
    """An action is closed, so somebody is asked to tell those who raised the matter: its owner if they may, else a quality
    manager. Nobody is asked where a notice was begun already."""
    if Notice.objects.filter(origin_kind=action.kind, origin_id=action.pk).exists():
        return
    owner = action.owner if access.may(action.owner, "feedback.write_notice") else quality_manager_of(action.site)
    if owner is None:
        return
    open_task(
        owner,
        f"Tell the customers: {action.title}",
        by,
        at=at,
        about=action,
        verb=WRITE_NOTICE,
        note="Those who raised it should hear what became of it, also when it did not help.",
        button="Write to them",
        url=f"{reverse('feedback:new-notice')}?about={action.kind}:{action.pk}",
        site_id=action.site_id,
    )


def _clean(texts: Texts) -> dict[str, dict[str, str]]:
    """Only languages in which something is written, each with its three parts."""
    found = {}
    for language, parts in texts.items():
        if unknown := set(parts) - set(TEXT_PARTS):
            raise TypeError(f"A notice has no {', '.join(sorted(unknown))}")
        text = {part: str(parts.get(part, "")).strip() for part in TEXT_PARTS}
        if any(text.values()):
            found[language.split("-")[0]] = text
    return found


def _outcome(outcome: str) -> str:
    if outcome not in Outcome.values:
        raise Refusal(f"“{outcome}” is no outcome. Nothing was saved; say whether it worked.", field="outcome")
    return outcome


def _refuse_gaps(notice: Notice) -> None:
    if notice.language not in notice.texts:
        language = LANGUAGES.get(notice.language, notice.language)
        raise Refusal(f"There is no text in {language} yet. It is still a draft; write that text, then publish.")
    for language, text in sorted(notice.texts.items()):
        if missing := [part for part in TEXT_PARTS if not text[part]]:
            raise Refusal(
                f"The text in {LANGUAGES.get(language, language)} lacks {' and '.join(PART_NAMES[part] for part in missing)}. "
                "It is still a draft; write it, or leave that language out."
            )
