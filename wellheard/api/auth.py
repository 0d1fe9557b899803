"""Who calls: a member's session (with the CSRF token), or a program's key."""

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader, SessionAuth

from wellheard.core.errors import NotAllowed
from wellheard.core.models import ApiToken, Member

READING = {"GET", "HEAD", "OPTIONS"}


class MemberSession(SessionAuth):
    """A signed-in member in a browser."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Member | None:
        user = request.user
        return user if isinstance(user, Member) and user.is_authenticated else None


class Key(APIKeyHeader):
    """`Authorization: Bearer wh_…`: acts as the member to whom the key belongs, with that member's rights."""

    param_name = "Authorization"

    def authenticate(self, request: HttpRequest, key: str | None) -> Member | None:
        scheme, _, value = (key or "").partition(" ")
        if scheme.lower() != "bearer" or not value:
            return None
        digest = hashlib.sha256(value.strip().encode()).hexdigest()
        tokens = ApiToken.objects.filter(digest=digest, revoked_at__isnull=True, member__is_active=True)
        token = tokens.select_related("member", "member__site").first()
        if token is None:
            return None
        today = timezone.localdate()
        # The middleware asks both of whoever is signed in to the pages; whose a key is becomes known only here.
        if token.member.read_only_until is not None and token.member.read_only_until < today:
            return None
        if request.method not in READING and token.member.is_read_only:
            raise NotAllowed("This key belongs to an account that may look at everything here and change nothing.")
        if token.last_used_on != today:
            # Not a decision about anything: kept out of the trail, and written once a day at most.
            token.last_used_on = today
            token.save(update_fields=["last_used_on"])
        request.user = token.member
        return token.member


def caller(request: HttpRequest) -> Member:
    """The member on whose behalf the request is made."""
    member: Any = request.user
    assert isinstance(member, Member)  # noqa: S101  both ways of signing in give a member
    return member
