"""Who is told about a notice, and what they read."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.utils import timezone

from wellheard.core.links import Key
from wellheard.customers.addresses import choose_address, stop_address
from wellheard.customers.consent import TO_TELL_OTHERWISE, may_send_each
from wellheard.customers.models import Person
from wellheard.customers.public_words import words_in as words_of_customers
from wellheard.customers.purposes import NEWS
from wellheard.feedback.models import Notice, Outcome, Telling
from wellheard.feedback.public_words import words_in
from wellheard.feedback.voices import Behind, behind_one

MAIL_PURPOSE = "you said, we did"
"""What the outbox calls such a mail; customers decide about it as news."""
NAMELESS = "left no name"
STOP_SALT = "feedback.stop"
"""Of the links in mails that were sent before customers could choose by purpose; they still stop the news."""


@dataclass
class Listener:
    """Someone to tell, in the language of their words where there is a text in it."""

    person: Person
    language: str


@dataclass
class Audience:
    """Everyone behind a notice. `left_out` counts those who can't be told, by the reason."""

    by_mail: list[Listener] = field(default_factory=list)
    by_hand: list[Listener] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    told: int = 0
    voices: int = 0

    @property
    def to_tell(self) -> int:
        """How many are still to be told."""
        return len(self.by_mail) + len(self.by_hand)


def matter_of(notice: Notice) -> Key:
    """What the notice tells about."""
    return notice.origin_kind, notice.origin_id


def audience_of(notice: Notice, known: Behind | None = None, *, at: datetime | None = None) -> Audience:
    """Who is still to be told, who has been, and who can't be. `known` is what lies behind it, when already read.

    Whoever wants no mail, or has no address that mail reaches, but refused no news, is told by hand.
    """
    found = known or behind_one(matter_of(notice))
    tellings = {telling.person_id: telling for telling in Telling.objects.filter(notice=notice)}
    audience = Audience(voices=found.voices, told=sum(each.told_at is not None for each in tellings.values()))
    people = list(Person.objects.filter(pk__in=found.people.keys() - tellings.keys()).order_by("name", "pk"))
    sendable = may_send_each(people, NEWS, at or timezone.now())
    for person in people:
        listener = Listener(person, notice.language_for(found.people[person.pk], person.language))
        answer = sendable[person.pk]
        if answer.yes:
            audience.by_mail.append(listener)
        elif answer.reason in TO_TELL_OTHERWISE:
            audience.by_hand.append(listener)
        else:
            audience.left_out[answer.reason] = audience.left_out.get(answer.reason, 0) + 1
    if found.nameless:
        audience.left_out[NAMELESS] = found.nameless
    return audience


def honest_title(notice: Notice, language: str) -> str:
    """What stands above the news: that it did not help is said first, and never left to the small print."""
    headline = notice.text(language)["headline"]
    tried = words_in(notice.language_for(language))["tried"]
    if notice.outcome != Outcome.DID_NOT_WORK or headline.casefold().rstrip(".") == tried.casefold():
        return headline
    return f"{tried}: {headline}" if headline else tried


def mail_for(notice: Notice, listener: Listener, *, stop: str = "", choose: str = "") -> tuple[str, str]:
    """(subject, text) of the mail that tells one person. It quotes the notice and nothing that any one person wrote.
    `stop` and `choose` stand in for their own addresses to stop such mail and to choose what we write."""
    words = words_in(listener.language)
    text = notice.text(listener.language)
    title, name = honest_title(notice, listener.language), listener.person.name
    stop = stop or stop_address(listener.person, NEWS, listener.language)
    choose = choose or choose_address(listener.person, listener.language)
    parts = [
        *([f"{name},"] if name else []),
        title,
        f"{words['you_said']}\n{text['said']}",
        f"{words['we_did']}\n{text['did']}",
        f"{words['all_news']}\n{settings.PUBLIC_URL}/told/?lang={listener.language}",
        f"{words['why_you']}\n{words['stop']}\n{stop}",
        f"{words_of_customers(listener.language)['mail_choose']}\n{choose}",
    ]
    return title, "\n\n".join(parts) + "\n"


def person_of_token(token: str) -> Person | None:
    """Whose older link this is; None for a broken or made-up one."""
    try:
        return Person.objects.select_related("merged_into").filter(pk=signing.loads(token, salt=STOP_SALT)).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
