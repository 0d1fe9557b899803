"""Writing messages: in the transaction that made the change, as its last step after the trail's entries."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from wellheard.core.models.webhooks import Webhook, WebhookDelivery
from wellheard.core.trail.append import Appended, Draft
from wellheard.core.webhooks.announced import Announced, announced, is_told_of, owners_of

EVERYTHING = "*"
PING = "ping"


def listeners(drafts: Sequence[Draft]) -> list[Webhook]:
    """The webhooks to tell, if these drafts hold anything to tell of: one question, and none as a rule."""
    if not any(is_told_of(draft.kind) for draft in drafts):
        return []
    return list(Webhook.objects.filter(is_active=True).order_by("pk"))


def write_deliveries(hooks: Sequence[Webhook], drafts: Sequence[Draft], entries: Sequence[Appended]) -> None:
    """One message for each webhook and record that changed, however many steps the change had."""
    told = _told(drafts, entries) if hooks else {}
    now = timezone.now()
    rows = [
        _delivery(hook, each, pk, verb, entry.seq, entry.at, now)
        for (each, pk), (verb, entry) in told.items()
        for hook in hooks
        if wants(hook, each, verb)
    ]
    if rows:
        WebhookDelivery.objects.bulk_create(rows, batch_size=500)


def _told(drafts: Sequence[Draft], entries: Sequence[Appended]) -> dict[tuple[Announced, int], tuple[str, Appended]]:
    """By record: the verb, and the last entry about it. What was created and then changed was created."""
    found: dict[tuple[Announced, int], tuple[str, Appended]] = {}
    for draft, entry in zip(drafts, entries, strict=True):
        if entry.did == "noted":
            continue
        own = announced(draft.kind)
        if own is not None and draft.object_id is not None:
            _add(found, (own, int(draft.object_id)), own.verb(entry.did, _changes(draft)), entry)
        for kind, pk in owners_of(draft.kind, (draft.before or {}, draft.after or {})):
            whole = announced(kind)
            if whole is not None:
                _add(found, (whole, pk), "changed", entry)
    return found


def _add(
    found: dict[tuple[Announced, int], tuple[str, Appended]],
    key: tuple[Announced, int],
    verb: str,
    entry: Appended,
) -> None:
    known = found.get(key)
    # The stronger word stays: a record that was merged and whose parts then moved was merged.
    if known is not None and verb == "changed":
        verb = known[0]
    found[key] = (verb, entry)


def _changes(draft: Draft) -> dict[str, list[Any]]:
    before, after = draft.before or {}, draft.after or {}
    return {
        name: [before.get(name), after.get(name)] for name in {*before, *after} if before.get(name) != after.get(name)
    }


def wants(hook: Webhook, each: Announced, verb: str) -> bool:
    """Does this webhook want to be told of it?"""
    return bool({EVERYTHING, each.name, f"{each.name}:{verb}"} & set(hook.events))


def message_of(name: str, pk: int | None, verb: str, cursor: int, at: datetime, path: str) -> str:
    """The body: `type`, `timestamp` and `data`, as Standard Webhooks have it; nothing personal."""
    data: Mapping[str, Any] = {
        "kind": name,
        "id": pk,
        "verb": verb,
        "at": at.isoformat(),
        "cursor": cursor,
        "url": f"{settings.PUBLIC_URL}{path}" if path else None,
    }
    said = {"type": f"{name}.{verb}", "timestamp": at.isoformat(), "data": data}
    return json.dumps(said, separators=(",", ":"))


def _delivery(
    hook: Webhook, each: Announced, pk: int, verb: str, cursor: int, at: datetime, now: datetime
) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=hook,
        message_id=new_message_id(),
        subject_kind=each.name,
        subject_id=pk,
        verb=verb,
        cursor=cursor,
        happened_at=at,
        body=message_of(each.name, pk, verb, cursor, at, each.address(pk)),
        next_try_at=now,
    )


def new_message_id() -> str:
    """`msg_…`: fixed when the message is written, so that a receiver knows a repeated one."""
    return f"msg_{secrets.token_urlsafe(18)}"
