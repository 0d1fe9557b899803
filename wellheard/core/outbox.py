"""The outbox: a mail is written as a row in the transaction that decides it, then sent by the worker.

A mail is sent at least once and recognisably the same: its Message-ID is fixed when written. The key says what it is for,
so that the same news is never written twice.

Whether an address may be written to at all is known above: apps register gates, which are asked when a mail is written and
once more when it leaves. What a gate holds back stays in the outbox as a row with the reason.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from wellheard.core.bounces import is_hard_bounce
from wellheard.core.limits import refuse_what_no_database_holds
from wellheard.core.links import Key, key_of
from wellheard.core.models.organisation import Organisation
from wellheard.core.models.outbox import OutboxMessage

logger = logging.getLogger(__name__)
TRIES = (1, 5, 15, 60, 240, 720)  # minutes until the next try
STUCK_AFTER = timedelta(minutes=10)
ITS_OWN_FAULT = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)
HEADERS_ALLOWED = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post"})

Gate = Callable[[str, str, Key | None], str]
"""(the address, the mail's purpose, the record that it is about) → why nothing may be sent there, or an empty text."""
BounceHook = Callable[[str, str, datetime], object]
"""(the address, what the server said, when): called when the server says that there is no such address."""

_gates: list[Gate] = []
_bounce_hooks: list[BounceHook] = []


def register_gate(gate: Gate) -> None:
    """Ask this gate about every mail; called from an app's `ready()`."""
    if gate not in _gates:
        _gates.append(gate)


def register_bounce_hook(hook: BounceHook) -> None:
    """Tell this hook of every address that a server does not know; called from an app's `ready()`."""
    if hook not in _bounce_hooks:
        _bounce_hooks.append(hook)


def reason_to_hold(to: str, purpose: str, about: Key | None = None) -> str:
    """Why nothing may be sent to this address for this purpose, in words; empty when it may."""
    return next((reason for gate in _gates if (reason := gate(to, purpose, about))), "")[:300]


def post(
    to: str,
    subject: str,
    text: str,
    *,
    key: str,
    purpose: str,
    at: datetime,
    about: Model | None = None,
    language: str = "en",
    headers: Mapping[str, str] | None = None,
) -> OutboxMessage:
    """Write a mail into the outbox; called within an action. With the same key again, the first one is returned.

    A line break in the subject would let a customer's words add headers: it becomes a space. When a gate says that nothing
    may be sent there, the row has the status `held` and its reason. `headers` are among `HEADERS_ALLOWED`.
    """
    if unknown := set(headers or {}) - HEADERS_ALLOWED:
        raise ValueError(f"A mail can't be given the header {', '.join(sorted(unknown))}.")
    known = OutboxMessage.objects.filter(key=key).first()
    if known is not None:
        return known
    kind, pk = key_of(about) if about is not None else ("", None)
    domain = _sender().rpartition("@")[2] or "localhost"
    details = {
        "message_id": f"<{secrets.token_hex(16)}@{domain}>",
        "to": to,
        "subject": " ".join(subject.split())[:300],
        "text": text,
        "language": language,
        "purpose": purpose,
        "about_kind": kind,
        "about_id": pk,
        "written_at": at,
        "next_try_at": timezone.now(),
        "headers": {name: " ".join(value.split()) for name, value in (headers or {}).items()},
    }
    if reason := reason_to_hold(to, purpose, (kind, int(pk)) if pk is not None else None):
        details |= {"status": OutboxMessage.Status.HELD, "held_reason": reason, "next_try_at": None}
    refuse_what_no_database_holds(OutboxMessage(key=key, **details))
    return OutboxMessage.objects.get_or_create(key=key, defaults=details)[0]


def _sender() -> str:
    return Organisation.current().mail_from or str(settings.DEFAULT_FROM_EMAIL)


def send_waiting(*, now: datetime | None = None, most: int = 100) -> int:
    """Send what is due. Each message is claimed first, so several workers don't send the same one; gives how many went.

    When the server can't be reached the rest waits for the next round: each of them would only wait in vain for it too.
    """
    if not settings.EMAIL_HOST:
        return 0  # no mail server is set: mails wait, and the pages say so
    begun, sent = monotonic(), 0
    moment = now or timezone.now()
    for _ in range(most):
        message = _claim(moment + timedelta(seconds=monotonic() - begun))
        if message is None:
            break
        fault = _send(message)
        sent += message.status == OutboxMessage.Status.SENT
        if is_unreachable(fault):
            break
    return sent


def is_unreachable(fault: Exception | None) -> bool:
    """Is it the server that is not there, rather than one mail that it does not take?"""
    return isinstance(fault, OSError) and not isinstance(fault, ITS_OWN_FAULT)


def _claim(now: datetime) -> OutboxMessage | None:
    with transaction.atomic():
        due = Q(status=OutboxMessage.Status.WAITING, next_try_at__lte=now)
        stuck = Q(status=OutboxMessage.Status.SENDING, next_try_at__lte=now)
        message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(due | stuck).order_by("pk").first()
        if message is not None:
            message.status = OutboxMessage.Status.SENDING
            message.next_try_at = now + STUCK_AFTER
            message.tries += 1
            message.save(update_fields=["status", "next_try_at", "tries"])
    return message


def _send(message: OutboxMessage) -> Exception | None:
    """Send a claimed message, and note how it went; gives the fault, if there was one. Held back, it is no fault."""
    about = (message.about_kind, message.about_id) if message.about_id is not None else None
    if reason := reason_to_hold(message.to, message.purpose, about):
        message.status = OutboxMessage.Status.HELD
        message.held_reason, message.next_try_at = reason, None
        message.save(update_fields=["status", "held_reason", "next_try_at"])
        return None
    mail = EmailMessage(
        subject=message.subject,
        body=message.text,
        from_email=_sender(),
        to=[message.to],
        headers={
            "Message-ID": message.message_id,
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
            **message.headers,
        },
        connection=get_connection(),
    )
    try:
        mail.send()
    except Exception as fault:  # whatever the server or the network does, the mail is kept and tried again
        logger.warning("Mail %s could not be sent: %s", message.pk, fault)
        # A mail is given up when it was refused too often; a server that is not there refuses nothing.
        gone = is_hard_bounce(fault)
        later = not gone and (message.tries < len(TRIES) or is_unreachable(fault))
        minutes = TRIES[min(message.tries, len(TRIES)) - 1]
        message.status = OutboxMessage.Status.WAITING if later else OutboxMessage.Status.FAILED
        message.next_try_at = timezone.now() + timedelta(minutes=minutes) if later else None
        message.last_fault = str(fault).replace("\x00", "")[:1000]
        message.save(update_fields=["status", "next_try_at", "last_fault"])
        if gone:
            _tell_of_bounce(message)
        return fault
    message.status = OutboxMessage.Status.SENT
    message.sent_at = timezone.now()
    message.next_try_at = None
    message.save(update_fields=["status", "sent_at", "next_try_at"])
    return None


def _tell_of_bounce(message: OutboxMessage) -> None:
    for hook in _bounce_hooks:
        try:
            hook(message.to, message.last_fault, timezone.now())
        except Exception:  # the mail's fate is noted already, and the others must still go out
            logger.exception("A bounce could not be noted")
