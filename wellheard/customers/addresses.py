"""The links below our mails: one that stops a kind of mail, one where customers choose. They name nobody, need no sign-in,
and lead to whoever stands for the person now, also after a merge and from an address that they no longer use.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from wellheard.core.models import Organisation
from wellheard.customers.current import current
from wellheard.customers.models import Person
from wellheard.customers.public_words import words_in
from wellheard.customers.purposes import Ground, Purposes

STOP_SALT, CHOOSE_SALT = "wellheard.customers.stop", "wellheard.customers.choose"
CHOOSE_DAYS = 730
"""How long a link to the preferences opens them. One that stops mail works as long as the mail is kept."""


class LinkBroken(Exception):
    """The link is not one of ours, or not all of it."""


class LinkExpired(Exception):
    """The link is one of ours, and too old."""


@dataclass(frozen=True)
class Stop:
    """Who wants no more mail, and for which purpose."""

    person: Person
    purpose: str


def stop_token(person: Person, purpose: str) -> str:
    """What stands in the link that stops this person's mail of this purpose."""
    return signing.dumps([person.pk, purpose], salt=STOP_SALT)


def choose_token(person: Person) -> str:
    """What stands in the link to this person's preferences."""
    return signing.dumps(person.pk, salt=CHOOSE_SALT)


def stop_of(token: str) -> Stop:
    """Who is behind a link that stops mail, as they stand now. Raises `LinkBroken`."""
    try:
        number, purpose = signing.loads(token, salt=STOP_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkBroken from None
    return Stop(_person(number), purpose)


def chooser_of(token: str) -> Person:
    """Who is behind a link to the preferences, as they stand now. Raises `LinkBroken` and `LinkExpired`."""
    try:
        return _person(signing.loads(token, salt=CHOOSE_SALT, max_age=CHOOSE_DAYS * 24 * 3600))
    except signing.SignatureExpired:
        raise LinkExpired from None
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkBroken from None


def _person(number: int) -> Person:
    found = Person.objects.select_related("merged_into").filter(pk=number).first()
    if found is None:
        raise LinkBroken
    return current(found)


def stop_address(person: Person, purpose: str, language: str = "") -> str:
    """The whole address at which mail of this purpose is stopped."""
    path = reverse("portal:unsubscribe", args=[stop_token(person, purpose)])
    return f"{settings.PUBLIC_URL}{path}{f'?lang={language}' if language else ''}"


def choose_address(person: Person, language: str = "") -> str:
    """The whole address of this person's preferences."""
    path = reverse("portal:preferences", args=[choose_token(person)])
    return f"{settings.PUBLIC_URL}{path}{f'?lang={language}' if language else ''}"


def unsubscribe_headers(person: Person, purpose: str) -> dict[str, str]:
    """The headers by which mail programs offer to unsubscribe with one press (RFC 2369, RFC 8058); none for a service."""
    if Purposes.present().ground(purpose) == Ground.SERVICE:
        return {}
    ways = [f"<{stop_address(person, purpose)}>"]
    if mail_from := Organisation.current().mail_from:
        ways.append(f"<mailto:{mail_from}?subject={quote(f'unsubscribe {stop_token(person, purpose)}')}>")
    return {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def mail_footer(person: Person, purpose: str, language: str) -> str:
    """What stands below a mail that they may refuse: why they get it, where they choose, and how it stops."""
    words = words_in(language)
    return "\n\n".join(
        (
            words["mail_from"].replace("{organisation}", Organisation.current().name),
            f"{words['mail_choose']}\n{choose_address(person, language)}",
            f"{words['mail_stop']}\n{stop_address(person, purpose, language)}",
        )
    )
