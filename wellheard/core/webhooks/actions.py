"""What administrators do with webhooks."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.webhooks import Webhook, WebhookDelivery
from wellheard.core.tasks import end_tasks_about, open_task
from wellheard.core.webhooks.announced import every_announced
from wellheard.core.webhooks.deliveries import EVERYTHING, PING, message_of, new_message_id
from wellheard.core.webhooks.posting import PREFIX, checked_url

MEND = "mend_webhook"
Status = WebhookDelivery.Status


@action("core.add_webhook")
def add_webhook(name: str, url: str, events: Sequence[str], by: Member, *, at: datetime) -> Webhook:
    """Have another program told. The secret is made here; it is shown once."""
    hook = Webhook(name=name.strip(), url=url.strip(), events=list(events), owner=by, made_at=at)
    hook.secret = new_secret()
    _refuse_unfit(hook)
    hook.save()
    return hook


@action("core.change_webhook")
def change_webhook(
    hook: Webhook, by: Actor, *, at: datetime, name: str, url: str, events: Sequence[str], is_active: bool
) -> Webhook:
    """Change where it goes and of what it tells. Switched off, nothing is written for it; what waits is kept."""
    hook.name, hook.url, hook.events, hook.is_active = name.strip(), url.strip(), list(events), is_active
    _refuse_unfit(hook)
    hook.save()
    return hook


@action("core.renew_webhook_secret")
def renew_secret(hook: Webhook, by: Actor, *, at: datetime) -> Webhook:
    """A new secret; messages are signed with it from now on."""
    hook.secret = new_secret()
    hook.save(update_fields=["secret"])
    detail(renewed=True)
    return hook


@action("core.pause_webhook")
def pause_webhook(hook: Webhook, by: Actor, *, at: datetime, reason: str) -> Webhook:
    """Stop sending; messages go on being written, and wait. Its owner gets a task."""
    if hook.paused_reason:
        return hook
    hook.paused_reason = reason[:300]
    hook.save()
    open_task(
        hook.owner,
        f"{hook.name} is no longer told what changes",
        by,
        at=at,
        about=hook,
        verb=MEND,
        due_at=at,
        note=reason,
        button="See what is wrong",
    )
    return hook


@action("core.resume_webhook")
def resume_webhook(hook: Webhook, by: Actor, *, at: datetime) -> Webhook:
    """Go on: everything that waits, and everything that was given up, is sent again under its own id."""
    hook.paused_reason = ""
    hook.failing_since, hook.retry_at, hook.failures = None, None, 0
    hook.save()
    open_rows = WebhookDelivery.objects.filter(webhook=hook, status__in=(Status.WAITING, Status.FAILED))
    number = open_rows.update(status=Status.WAITING, next_try_at=timezone.now(), tries=0)
    detail(sent_again=number)
    end_tasks_about(hook, by, at=at, verb=MEND)
    return hook


@action("core.send_webhook_again")
def send_again(hook: Webhook, delivery_id: int, by: Actor, *, at: datetime) -> Webhook:
    """Send one message once more, under the same id."""
    rows = WebhookDelivery.objects.filter(webhook=hook, pk=delivery_id).exclude(status=Status.SENDING)
    if not rows.update(status=Status.WAITING, next_try_at=timezone.now(), tries=0, sent_at=None):
        raise Refusal("This message is being sent just now, or is no longer kept. Nothing was changed.")
    detail(message=delivery_id)
    return hook


@action("core.remove_webhook")
def remove_webhook(hook: Webhook, by: Actor, *, at: datetime) -> Webhook:
    """Nobody is told any more, and its messages go. The trail keeps that it was there."""
    end_tasks_about(hook, by, at=at, verb=MEND, done=False)
    hook.delete()
    return hook


@action("core.test_webhook")
def send_test(hook: Webhook, by: Actor, *, at: datetime) -> Webhook:
    """Write a message that tells of nothing, to see whether it arrives."""
    WebhookDelivery.objects.create(
        webhook=hook,
        message_id=new_message_id(),
        subject_kind=PING,
        subject_id=None,
        verb="sent",
        cursor=0,
        happened_at=at,
        body=message_of(PING, None, "sent", 0, at, ""),
        next_try_at=timezone.now(),
    )
    return hook


def deliveries_of(hook: Webhook) -> "list[WebhookDelivery]":
    """The newest hundred messages, those that were not taken first."""
    rows = WebhookDelivery.objects.filter(webhook=hook)
    return list(rows.order_by("-pk")[:100])


def new_secret() -> str:
    """`whsec_` and 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def choices() -> list[tuple[str, str]]:
    """What one can be told of, with words for a form."""
    return [(EVERYTHING, "Everything"), *((each.name, each.title) for each in every_announced())]


def _refuse_unfit(hook: Webhook) -> None:
    if not hook.name:
        raise Refusal("Give it a name, as that of the program. Nothing was saved.", field="name")
    checked_url(hook.url)
    known = {EVERYTHING}
    for each in every_announced():
        known |= {each.name, *(f"{each.name}:{verb}" for verb in each.verbs)}
    if unknown := [event for event in hook.events if event not in known]:
        raise Refusal(f"Nothing is called {', '.join(unknown)} here. Nothing was saved.", field="events")
    if not hook.events:
        raise Refusal("Choose at least one thing of which it is told. Nothing was saved.", field="events")
    hook.events = list(dict.fromkeys(hook.events))
