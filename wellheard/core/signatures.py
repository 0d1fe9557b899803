"""Signing: the password is asked again, and the signature is bound to exactly what was shown."""

from datetime import datetime

from wellheard.core.action import action
from wellheard.core.errors import Refusal
from wellheard.core.links import key_of
from wellheard.core.models.members import Member
from wellheard.core.models.signatures import Signature
from wellheard.core.records import Record
from wellheard.ground.canonical import digest


@action("core.sign")
def sign(record: Record, by: Member, *, at: datetime, meaning: str, shown: str, password: str) -> Signature:
    """Put a member's name to `shown`, the canonical text of what they saw. Refused when the password is not theirs."""
    if not by.check_password(password):
        raise Refusal("That is not your password, so nothing was signed. Try again.", field="password")
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
