"""Webhooks as pages of the administrator."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.test import Client

from wellheard.core.models import Member, Organisation, Webhook, WebhookDelivery
from wellheard.core.webhooks.actions import add_webhook, pause_webhook, send_test

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
URL = "https://crm.example.org/told"


@pytest.fixture
def hook(admin: Member, organisation: Organisation, now: datetime) -> Webhook:
    return add_webhook("CRM", URL, ["person"], admin, at=now)


def test_a_webhook_is_added_and_its_secret_shown_once(admin: Member, organisation: Organisation, signed_in: SignedIn):
    client = signed_in(admin)
    empty = client.get("/hooks/").content.decode()
    asked = client.get("/hooks/new/").content.decode()
    made = client.post("/hooks/new/", {"name": "CRM", "url": URL, "events": ["person", "account"]}, follow=True)
    hook = Webhook.objects.get()
    again = client.get(hook.get_absolute_url()).content.decode()

    assert ("No program is told yet" in empty, "Interested parties" in asked) == (True, True)
    assert (hook.secret in made.content.decode(), hook.secret in again) == (True, False)
    assert "One program is told" in client.get("/hooks/").content.decode()


@pytest.mark.parametrize(
    "changes", [{"url": "http://crm.example.org"}, {"url": "https://10.0.0.1/"}, {"events": []}, {"name": " "}]
)
def test_what_can_not_be_told_is_said_at_its_field(
    changes: dict[str, object], admin: Member, organisation: Organisation, signed_in: SignedIn, settings: LazySettings
):
    settings.WEBHOOK_PRIVATE = False
    answer = signed_in(admin).post("/hooks/new/", {"name": "CRM", "url": URL, "events": ["person"]} | changes)

    assert (answer.status_code, "not right yet" in answer.content.decode()) == (200, True)
    assert not Webhook.objects.exists()


def test_a_webhook_is_changed_tried_stopped_and_removed(
    admin: Member, hook: Webhook, signed_in: SignedIn, now: datetime
):
    client, here = signed_in(admin), hook.get_absolute_url()
    client.post(f"{here}edit/", {"name": "Sales", "url": URL, "events": ["*"], "is_active": "on"})
    client.post(f"{here}do/", {"do": "test"})
    delivery = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(status="failed", response_code=500, last_fault="answered 500", tries=7)
    shown = client.get(here).content.decode()
    client.post(f"{here}messages/{delivery.pk}/again/")
    delivery.refresh_from_db()
    pause_webhook(hook, admin, at=now, reason="Nothing was taken for a day.")
    stopped = client.get(here).content.decode()
    client.post(f"{here}do/", {"do": "resume"})
    hook.refresh_from_db()

    assert ("answered 500" in shown, "Send again" in shown, delivery.status) == (True, True, "waiting")
    assert ("Let it go on" in stopped, hook.name, hook.paused_reason) == (True, "Sales", "")
    assert client.post(f"{here}do/", {"do": "remove"}).status_code == 302
    assert client.get(here).status_code == 404


def test_the_page_asks_as_much_for_one_message_as_for_three(
    admin: Member,
    hook: Webhook,
    signed_in: SignedIn,
    now: datetime,
    django_assert_max_num_queries: Callable[..., object],
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(admin)
    counts = []
    for _ in range(3):
        send_test(hook, admin, at=now)
        with CaptureQueriesContext(connection) as captured:
            client.get(hook.get_absolute_url())
        counts.append(len(captured))

    assert counts[1] == counts[2]


def test_nobody_else_finds_them(ana: Member, auditor: Member, hook: Webhook, signed_in: SignedIn):
    for member in (ana, auditor):
        client = signed_in(member)
        assert [client.get(path).status_code for path in ("/hooks/", "/hooks/new/", hook.get_absolute_url())] == [
            404
        ] * 3
