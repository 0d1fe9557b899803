"""Who is told about a notice, and what they read."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing

from wellheard.core.links import Key
from wellheard.customers.models import Person
from wellheard.feedback.models import Notice, Outcome, Telling
from wellheard.feedback.public_words import words_in
from wellheard.feedback.voices import Behind, behind_one

WANTS_NO_MAIL = "want no such mail"
NAMELESS = "left no name"
STOP_SALT = "feedback.stop"


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


def audience_of(notice: Notice, known: Behind | None = None) -> Audience:
    """Who is still to be told, who has been, and who can't be. `known` is what lies behind it, when already read."""
    found = known or behind_one(matter_of(notice))
    tellings = {telling.person_id: telling for telling in Telling.objects.filter(notice=notice)}
    audience = Audience(voices=found.voices, told=sum(each.told_at is not None for each in tellings.values()))
    for person in Person.objects.filter(pk__in=found.people.keys() - tellings.keys()).order_by("name", "pk"):
        listener = Listener(person, notice.language_for(found.people[person.pk], person.language))
        if person.wants_no_mail:
            audience.left_out[WANTS_NO_MAIL] = audience.left_out.get(WANTS_NO_MAIL, 0) + 1
        elif person.email:
            audience.by_mail.append(listener)
        else:
            audience.by_hand.append(listener)
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


def mail_for(notice: Notice, listener: Listener, *, stop: str = "") -> tuple[str, str]:
    """(subject, text) of the mail that tells one person. It quotes the notice and nothing that any one person wrote.
    `stop` stands in for their own address to stop such mail."""
    words = words_in(listener.language)
    text = notice.text(listener.language)
    title, name = honest_title(notice, listener.language), listener.person.name
    parts = [
        *([f"{name},"] if name else []),
        title,
        f"{words['you_said']}\n{text['said']}",
        f"{words['we_did']}\n{text['did']}",
        f"{words['all_news']}\n{settings.PUBLIC_URL}/told/?lang={listener.language}",
        f"{words['why_you']}\n{words['stop']}\n{stop or stop_address(listener.person, listener.language)}",
    ]
    return title, "\n\n".join(parts) + "\n"


def stop_address(person: Person, language: str) -> str:
    """Where this person can say that they want no more news; signed, so that nobody can say it for another."""
    token = signing.dumps(person.pk, salt=STOP_SALT)
    return f"{settings.PUBLIC_URL}/told/stop/{token}/?lang={language}"


def person_of_token(token: str) -> Person | None:
    """Whose link this is; None for a broken or made-up one."""
    try:
        return Person.objects.filter(pk=signing.loads(token, salt=STOP_SALT)).first()
    except signing.BadSignature:
        return None
