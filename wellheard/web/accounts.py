"""Accounts are given by an administrator; nobody signs up. A new member gets a link that works once."""

import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

import allauth.core.context
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from wellheard.core.action import acting
from wellheard.core.models.members import Member
from wellheard.core.outbox import post

SALT = "wellheard.first-sign-in"
DAYS = 14  # how long a link waits to be opened


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in without sign-up; a changed password leaves a trail; mails go through the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This address and this password do not belong together. Try again, or choose a new password.",
        "account_inactive": "This account is closed. Ask whoever looks after Wellheard in your organisation.",
        "too_many_login_attempts": "That was tried too often. Wait five minutes, then try again.",
        "rate_limited": "That was tried too often. Wait five minutes, then try again.",
        "enter_current_password": "This is not the password that you use now. Type it again.",
        "incorrect_password": "This is not your password. Type it again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Member, password: str) -> None:
        at = timezone.now()
        with acting("core.change_password", user, at) as present:
            user.set_password(password)
            user.save(update_fields=["password"])
            present.happened(user)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail leads to our own address, whatever host the request named."""
        return f"{settings.PUBLIC_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == "account/email/unknown_account":
            return  # we write to nobody who has no account: anyone could type anyone's address there
        request = allauth.core.context.request
        message = self.render_mail(template_prefix, email, {"request": request, "email": email, **context})
        key = f"account:{secrets.token_hex(16)}"
        post(email, message.subject, str(message.body), key=key, purpose="account", at=timezone.now())


class LinkRefused(Exception):
    """A sign-in link that opens nothing; `str()` says why and what to do."""


def first_link(member: Member) -> str:
    """The path of the page where the member chooses a name and a password. It works once, for 14 days."""
    return reverse("first-sign-in", args=[signing.dumps([member.pk, _state(member)], salt=SALT, compress=True)])


def member_behind(token: str) -> Member:
    """Whose link this is. Raises `LinkRefused` when it is forged, too old, used, or the account is closed."""
    ask = "Ask whoever looks after Wellheard in your organisation for a new one."
    try:
        number, state = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.SignatureExpired:
        raise LinkRefused(f"This link is older than {DAYS} days and has ended. {ask}") from None
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkRefused(
            f"This link is not complete, or it is not one of ours. Copy the whole line. If that does not help: {ask}"
        ) from None
    member = Member.objects.filter(pk=number).first()
    if member is None or not member.is_active:
        raise LinkRefused(
            "This account is closed, so the link opens nothing. Ask your administrator if you need it again."
        )
    if member.has_usable_password() or _state(member) != state:
        raise LinkRefused(f"This link has been used already. Sign in with the password you chose. If it is lost: {ask}")
    return member


def _state(member: Member) -> str:
    # Every unusable password is a different random text: once it is replaced, older links no longer fit.
    return hashlib.sha256(member.password.encode()).hexdigest()[:16]
