"""Other programs are told what changed: with the change, signed, once for each record, and to no place within."""

import base64
import hashlib
import hmac
import ipaddress
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings

from wellheard.core.action import acting
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Site, Task, TrailEntry, Webhook, WebhookDelivery
from wellheard.core.setup import add_site
from wellheard.core.webhooks import Announced, announced, register_announced
from wellheard.core.webhooks.actions import (
    add_webhook,
    change_webhook,
    pause_webhook,
    remove_webhook,
    renew_secret,
    resume_webhook,
    send_again,
    send_test,
)
from wellheard.core.webhooks.announced import _kinds
from wellheard.core.webhooks.deliveries import listeners
from wellheard.core.webhooks.posting import checked_url, is_allowed, sign
from wellheard.core.webhooks.sending import forget_old, send_waiting

pytestmark = pytest.mark.django_db


class Receiver:
    """A real server: it keeps what it was sent, and answers `code`."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.code, self.headers, self.body = 204, {}, b""  # type: tuple[int, dict[str, str], bytes]

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    """A server at this machine, which the setting allows to be told."""
    there = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(there.code)
            for name, value in there.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(there.body)))
            self.end_headers()
            self.wfile.write(there.body)

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_port}/told?x=1"  # type: ignore[attr-defined]
    settings.WEBHOOK_PRIVATE = True
    yield there
    server.shutdown()
    server.server_close()


@pytest.fixture
def sites_are_told() -> Iterator[None]:
    kind = Announced("core.site", "site", "Sites", lambda pk: f"/api/v1/sites/{pk}", {"region": "placed"})
    register_announced(kind)
    yield
    _kinds.pop("core.site")


@pytest.fixture
def hook(admin: Member, receiver: Any, sites_are_told: None, now: datetime) -> Webhook:
    return add_webhook("CRM", receiver.url, ["site"], admin, at=now)


def soon() -> datetime:
    """When a message that was written a moment ago is due."""
    return datetime.now(UTC) + timedelta(seconds=1)


def test_a_change_is_told_signed_and_without_anything_personal(
    admin: Member, hook: Webhook, receiver: Receiver, now: datetime
):
    site = add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
    sent_at = soon()

    assert send_waiting(now=sent_at) == 1

    (headers, body), entry = receiver.got[0], TrailEntry.objects.get(kind="core.site", object_id=site.pk)
    assert json.loads(body) == {
        "type": "site.created",
        "timestamp": now.isoformat(),
        "data": {
            "kind": "site",
            "id": site.pk,
            "verb": "created",
            "at": now.isoformat(),
            "cursor": entry.seq,
            "url": f"http://127.0.0.1:8000/api/v1/sites/{site.pk}",
        },
    }
    assert abs(int(headers["webhook-timestamp"]) - sent_at.timestamp()) < 5
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.response_code, delivery.message_id) == ("sent", 204, headers["webhook-id"])


def test_the_signature_is_that_of_the_published_example():
    """The example of Standard Webhooks' specification."""
    body = b'{"test": 2432232314}'

    assert (
        sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_record_that_changed_in_several_steps_is_told_of_once(
    admin: Member, hook: Webhook, receiver: Receiver, now: datetime
):
    with acting("tests.arrange", admin, now):
        site = add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
        site.country = "DE"
        site.save()

    (delivery,) = WebhookDelivery.objects.all()
    assert (delivery.verb, delivery.subject_id) == ("created", site.pk)


def test_what_is_rolled_back_is_not_told(admin: Member, hook: Webhook, now: datetime):
    with pytest.raises(ZeroDivisionError), acting("tests.arrange", admin, now):
        add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
        raise ZeroDivisionError

    assert not WebhookDelivery.objects.exists()


def test_a_mark_gives_its_own_verb(admin: Member, hook: Webhook, leipzig: Site, arranging: Any):
    WebhookDelivery.objects.all().delete()
    with arranging():
        leipzig.region = "ST"
        leipzig.save()

    assert [each.verb for each in WebhookDelivery.objects.all()] == ["placed"]


@pytest.mark.parametrize(
    ("events", "told"),
    [(["*"], 1), (["site"], 1), (["site:created"], 1), (["site:deleted"], 0), (["site:deleted", "site:created"], 1)],
)
def test_only_what_is_wanted_is_told(
    events: list[str], told: int, admin: Member, hook: Webhook, receiver: Any, now: datetime
):
    change_webhook(hook, admin, at=now, name="CRM", url=receiver.url, events=events, is_active=True)

    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")

    assert WebhookDelivery.objects.count() == told


def test_one_that_is_off_is_told_nothing(admin: Member, hook: Webhook, receiver: Any, now: datetime):
    change_webhook(hook, admin, at=now, name="CRM", url=receiver.url, events=["*"], is_active=False)
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")

    assert not WebhookDelivery.objects.exists()


def test_a_message_that_was_not_taken_is_sent_again_under_the_same_id(
    admin: Member, hook: Webhook, receiver: Receiver, now: datetime
):
    receiver.code = 503
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
    at = soon()
    assert send_waiting(now=at) == 0
    failing = WebhookDelivery.objects.get()
    assert (failing.status, failing.response_code, failing.last_fault) == ("waiting", 503, "answered 503")
    assert send_waiting(now=at + timedelta(seconds=5)) == 0
    assert len(receiver.got) == 1
    receiver.code = 200

    assert send_waiting(now=at + timedelta(minutes=2)) == 1

    hook.refresh_from_db()
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert (len(receiver.got), hook.failing_since, hook.failures) == (2, None, 0)


def test_a_message_that_is_never_taken_is_given_up_and_can_be_sent_again(
    admin: Member, hook: Webhook, receiver: Receiver, now: datetime
):
    receiver.code = 400
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
    at = soon()
    for _ in range(7):
        send_waiting(now=at)
        at += timedelta(hours=2)
        WebhookDelivery.objects.filter(status="waiting").update(next_try_at=at)
    given_up = WebhookDelivery.objects.get()
    assert (given_up.status, given_up.tries, given_up.next_try_at) == ("failed", 7, None)
    receiver.code = 200

    send_again(hook, given_up.pk, admin, at=now)

    assert send_waiting(now=soon()) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert TrailEntry.objects.filter(action="core.send_webhook_again").count() == 1


def test_a_server_that_fails_for_a_day_is_left_alone_and_its_owner_told(
    admin: Member, hook: Webhook, receiver: Receiver, now: datetime
):
    receiver.code = 500
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
    at = soon()
    send_waiting(now=at)
    send_waiting(now=at + timedelta(hours=25))
    hook.refresh_from_db()
    task = Task.objects.get()
    add_site("Jena", admin, at=now, time_zone="Europe/Berlin")

    assert ("Nothing was taken for a day" in hook.paused_reason, task.owner, task.status) == (True, admin, "open")
    assert send_waiting(now=at + timedelta(hours=30)) == 0
    receiver.code = 200
    resume_webhook(hook, admin, at=now)
    assert send_waiting(now=soon()) == 2
    assert Task.objects.get().status == "done"


def test_a_server_that_is_gone_is_stopped_at_once(admin: Member, hook: Webhook, receiver: Receiver, now: datetime):
    receiver.code = 410
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")

    send_waiting(now=soon())

    hook.refresh_from_db()
    assert "gone for good" in hook.paused_reason


def test_a_redirect_is_not_followed(admin: Member, hook: Webhook, receiver: Any, now: datetime):
    receiver.code, receiver.headers = 307, {"Location": receiver.url}
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")

    assert send_waiting(now=soon()) == 0
    assert (len(receiver.got), WebhookDelivery.objects.get().last_fault) == (1, "answered 307")


def test_a_huge_answer_is_not_kept(admin: Member, hook: Webhook, receiver: Receiver, now: datetime):
    receiver.code, receiver.body = 200, b"x" * 3_000_000
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")

    assert send_waiting(now=soon()) == 1


def test_a_server_that_is_not_there_is_a_fault_in_words(admin: Member, hook: Webhook, receiver: Any, now: datetime):
    change_webhook(hook, admin, at=now, name="CRM", url="http://127.0.0.1:9/", events=["*"], is_active=True)
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")

    send_waiting(now=soon())

    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.response_code, "refused" in delivery.last_fault) == ("waiting", None, True)


def test_a_place_within_is_reached_neither_by_address_nor_by_name(
    admin: Member, hook: Webhook, receiver: Receiver, settings: LazySettings, now: datetime
):
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
    settings.WEBHOOK_PRIVATE = False
    with acting("tests.arrange", admin, now):
        hook.url = receiver.url.replace("http://", "https://").replace("127.0.0.1", "localhost")  # type: ignore[attr-defined]
        hook.save()

    assert send_waiting(now=soon()) == 0
    assert ("private network" in WebhookDelivery.objects.get().last_fault, receiver.got) == (True, [])


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  an address to refuse
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_public_addresses_are_told(address: str, allowed: bool, settings: LazySettings):
    settings.WEBHOOK_PRIVATE = False

    assert is_allowed(ipaddress.ip_address(address)) == allowed


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://crm.example.org/",
        "ftp://crm.example.org/",
        "https://",
        "https://user:secret@crm.example.org/",
        "https://crm.example.org/#part",
        "https://crm.example.org:99999/",
        "https://crm.example.org:0/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://crm.example.org/\r\nHost: other",
        "https://crm.example.org/\x00",
        "https://crm.example.org/ä",
        "https://crm.example.org/" + "x" * 600,
        "javascript:alert(1)",
        "https://[broken/",
    ],
)
def test_an_address_that_can_not_be_told_is_refused(url: str, settings: LazySettings):
    settings.WEBHOOK_PRIVATE = False
    with pytest.raises(Refusal) as refused:
        checked_url(url)

    assert refused.value.field == "url"


def test_an_address_of_the_world_is_taken(settings: LazySettings):
    settings.WEBHOOK_PRIVATE = False

    assert checked_url("https://crm.example.org:8443/told?key=1").hostname == "crm.example.org"


@pytest.mark.parametrize("events", [[], ["no.such"], ["site:sung"]])
def test_nobody_is_told_of_what_does_not_exist(
    events: list[str], admin: Member, receiver: Any, sites_are_told: None, now: datetime
):
    with pytest.raises(Refusal) as refused:
        add_webhook("CRM", receiver.url, events, admin, at=now)

    assert refused.value.field == "events"


def test_only_administrators_have_others_told(ana: Member, hook: Webhook, receiver: Any, now: datetime):
    with pytest.raises(NotAllowed):
        add_webhook("Mine", receiver.url, ["site"], ana, at=now)
    for act in (send_test, resume_webhook, renew_secret, remove_webhook):
        with pytest.raises(NotAllowed):
            act(hook, ana, at=now)
    with pytest.raises(NotAllowed):
        send_again(hook, 1, ana, at=now)
    assert list(Webhook.objects.visible_to(ana)) == []


def test_the_trail_knows_of_webhooks_and_not_their_secrets(admin: Member, hook: Webhook, now: datetime):
    secret = hook.secret
    renew_secret(hook, admin, at=now)
    pause_webhook(hook, admin, at=now, reason="We move.")

    bodies = " ".join(TrailEntry.objects.filter(kind="core.webhook").values_list("body", flat=True))
    assert (secret in bodies, hook.secret in bodies, hook.secret != secret) == (False, False, True)


def test_a_test_message_arrives(admin: Member, hook: Webhook, receiver: Receiver, now: datetime):
    send_test(hook, admin, at=now)

    send_waiting(now=soon())

    assert [each["type"] for each in receiver.said] == ["ping.sent"]


def test_old_messages_go_and_a_removed_webhook_takes_its_own_along(admin: Member, hook: Webhook, now: datetime):
    add_site("Halle", admin, at=now, time_zone="Europe/Berlin")
    assert [forget_old(now=now), forget_old(now=now + timedelta(days=31))] == [0, 1]
    send_test(hook, admin, at=now)

    remove_webhook(hook, admin, at=now)

    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_a_name_is_given_once(sites_are_told: None):
    with pytest.raises(ValueError, match="site"):
        register_announced(Announced("core.other", "site", "Others", str))
    assert announced("core.nothing") is None


def test_changes_ask_about_webhooks_only_when_there_is_something_to_tell(django_assert_num_queries: Any):
    class Nothing:
        kind = "core.nothing"

    with django_assert_num_queries(0):
        assert listeners([Nothing()]) == []  # type: ignore[list-item]
