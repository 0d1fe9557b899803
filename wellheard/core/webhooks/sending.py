"""Sending what waits: each message is claimed first, tried again for most of a day, then given up and shown."""

import logging
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.models.webhooks import Webhook, WebhookDelivery
from wellheard.core.webhooks.actions import pause_webhook
from wellheard.core.webhooks.posting import Outcome, post, sign

logger = logging.getLogger(__name__)
TRIES = (1, 5, 15, 60, 240, 720)  # minutes until the next try of a message
SERVER_RESTS = (10, 30, 60, 120, 300)  # seconds for which a server in trouble is left alone
STUCK_AFTER = timedelta(minutes=10)
PAUSED_AFTER = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)
ROUND = 20.0  # seconds of one round
SENDER = System("webhooks")
GONE = 410
Status = WebhookDelivery.Status


def send_waiting(*, now: datetime | None = None, most: int = 200) -> int:
    """Send what is due, oldest first; gives how many were taken. A server in trouble is left alone for a while."""
    begun, taken = monotonic(), 0
    moment = now or timezone.now()
    for _ in range(most):
        elapsed = monotonic() - begun
        if elapsed > ROUND:
            break
        delivery = _claim(moment + timedelta(seconds=elapsed))
        if delivery is None:
            break
        taken += send(delivery, at=moment + timedelta(seconds=monotonic() - begun)).is_taken
    return taken


def _claim(now: datetime) -> WebhookDelivery | None:
    rests = Q(webhook__retry_at__gt=now)
    off = Q(webhook__is_active=False) | ~Q(webhook__paused_reason="")
    due = WebhookDelivery.objects.filter(status__in=(Status.WAITING, Status.SENDING), next_try_at__lte=now)
    with transaction.atomic():
        rows = due.exclude(rests | off).select_for_update(skip_locked=True, of=("self",))
        delivery = rows.order_by("next_try_at", "pk").first()
        if delivery is not None:
            delivery.status = Status.SENDING
            delivery.next_try_at = now + STUCK_AFTER
            delivery.tries += 1
            delivery.save(update_fields=["status", "next_try_at", "tries"])
    return delivery


def send(delivery: WebhookDelivery, *, at: datetime) -> Outcome:
    """Send a claimed message, and note how it went."""
    hook = Webhook.objects.get(pk=delivery.webhook_id)
    body = delivery.body.encode()
    stamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(hook.secret, delivery.message_id, stamp, body),
    }
    outcome = post(hook.url, body, headers)
    delivery.response_code = outcome.code
    delivery.last_fault = outcome.fault.replace("\x00", "")[:500]
    if outcome.is_taken:
        delivery.status, delivery.sent_at, delivery.next_try_at = Status.SENT, at, None
    else:
        logger.warning("Webhook %s did not take message %s: %s", hook.pk, delivery.pk, outcome.fault)
        again = delivery.tries <= len(TRIES)
        delivery.status = Status.WAITING if again else Status.FAILED
        delivery.next_try_at = at + timedelta(minutes=TRIES[delivery.tries - 1]) if again else None
    delivery.save(update_fields=["status", "sent_at", "next_try_at", "response_code", "last_fault"])
    _note(hook, outcome, at)
    return outcome


def _note(hook: Webhook, outcome: Outcome, at: datetime) -> None:
    """How the server does; one that fails for a day, or says that it is gone, is paused."""
    if outcome.is_taken:
        if hook.failing_since is not None:
            hook.failing_since, hook.retry_at, hook.failures = None, None, 0
            hook.save(update_fields=["failing_since", "retry_at", "failures"])
        return
    hook.failing_since = hook.failing_since or at
    hook.failures = min(hook.failures + 1, 30_000)
    if outcome.is_servers_fault:
        hook.retry_at = at + timedelta(seconds=SERVER_RESTS[min(hook.failures, len(SERVER_RESTS)) - 1])
    hook.save(update_fields=["failing_since", "retry_at", "failures"])
    if outcome.code == GONE:
        pause_webhook(hook, SENDER, at=at, reason="The server says that this address is gone for good (410).")
    elif at - hook.failing_since >= PAUSED_AFTER:
        pause_webhook(hook, SENDER, at=at, reason=f"Nothing was taken for a day. The last fault: {outcome.fault}.")


def forget_old(*, now: datetime | None = None) -> int:
    """Remove messages that are older than 30 days: whoever missed them asks the API what changed. Gives how many."""
    limit = (now or timezone.now()) - KEPT_FOR
    removed, _ = WebhookDelivery.objects.filter(happened_at__lt=limit).delete()
    return removed
