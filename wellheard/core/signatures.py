"""Signing: the password is asked again, and the signature is bound to exactly what was shown."""

from datetime import datetime

from django.core.cache import cache

from wellheard.core.action import action
from wellheard.core.errors import Refusal
from wellheard.core.links import key_of
from wellheard.core.models.members import Member
from wellheard.core.models.signatures import Signature
from wellheard.core.records import Record
from wellheard.ground.canonical import digest

MOST_TRIES = 5
TRIES_KEPT_SECONDS = 300


@action("core.sign")
def sign(record: Record, by: Member, *, at: datetime, meaning: str, shown: str, password: str) -> Signature:
    """Put a member's name to `shown`, the canonical text of what they saw. Refused when the password is not theirs."""
    tries = f"core.sign:{by.pk}:{digest(by.password)}"
    if cache.get(tries, 0) >= MOST_TRIES:
        raise Refusal(
            "The password was wrong too often, so nothing was signed. Wait five minutes, then try again.",
            field="password",
            code="too_many_tries",
        )
    if not by.check_password(password):
        # Whoever finds a computer unlocked may not guess for as long as they like.
        cache.set(tries, cache.get(tries, 0) + 1, TRIES_KEPT_SECONDS)
        raise Refusal("That is not your password, so nothing was signed. Try again.", field="password")
    cache.delete(tries)
    kind, pk = key_of(record)
    signature = Signature(
        member=by,
        name_shown=by.name,
        meaning=meaning,
        about_kind=kind,
        about_id=pk,
        content_digest=digest(shown),
        at=at,
    )
    signature.save()
    return signature


def signatures_of(record: Record) -> list[Signature]:
    """Who signed what about this record, oldest first."""
    kind, pk = key_of(record)
    return list(Signature.objects.filter(about_kind=kind, about_id=pk).select_related("member").order_by("at"))
