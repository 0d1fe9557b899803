"""The cast is always the same: Ana runs quality, Ben owns the case, Cleo is a customer, Dan is a stranger."""

import email
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.test import Client

from wellheard.core.action import acting
from wellheard.core.actors import Actor, Role, System
from wellheard.core.models import Member, Organisation, Site
from wellheard.core.setup import add_member, add_site, set_up_organisation

SETUP = System("tests")
Arranging = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def now() -> datetime:
    """A Monday afternoon in Leipzig: 16 November 2026, 16:30 there."""
    return datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


@pytest.fixture
def arranging(now: datetime) -> Arranging:
    """`with arranging(): record.save()`: write records in a test without an action of the product."""

    def begin(by: Actor = SETUP, at: datetime = now) -> AbstractContextManager[Any]:
        return acting("tests.arrange", by, at)

    return begin


@pytest.fixture
def organisation(db: None, now: datetime) -> Organisation:
    return set_up_organisation("Rosetau", SETUP, at=now, mail_from="hello@rosetau.example")


@pytest.fixture
def leipzig(db: None, now: datetime) -> Site:
    return add_site("Leipzig", SETUP, at=now, time_zone="Europe/Berlin", country="DE", region="SN")


@pytest.fixture
def lyon(db: None, now: datetime) -> Site:
    return add_site("Lyon", SETUP, at=now, time_zone="Europe/Paris", country="FR")


@pytest.fixture
def ana(leipzig: Site, now: datetime) -> Member:
    return add_member(
        "Ana Brandt", "ana@rosetau.example", SETUP, at=now, roles=(Role.QUALITY_MANAGER,), site=leipzig, password="ana"
    )


@pytest.fixture
def ben(leipzig: Site, now: datetime) -> Member:
    return add_member(
        "Ben Okafor",
        "ben@rosetau.example",
        SETUP,
        at=now,
        roles=(Role.FRONT_LINE,),
        site=leipzig,
        only_at_site=True,
        password="ben",
    )


@pytest.fixture
def dan(leipzig: Site, now: datetime) -> Member:
    return add_member("Dan Voss", "dan@rosetau.example", SETUP, at=now, password="dan")


@pytest.fixture
def admin(leipzig: Site, now: datetime) -> Member:
    return add_member(
        "Ada Lindt", "admin@rosetau.example", SETUP, at=now, roles=(Role.ADMINISTRATOR,), site=leipzig, password="admin"
    )


@pytest.fixture
def auditor(leipzig: Site, now: datetime) -> Member:
    return add_member("Otto Audit", "otto@audit.example", SETUP, at=now, roles=(Role.AUDITOR,), password="otto")


@pytest.fixture
def signed_in() -> Callable[[Member], Client]:
    """`signed_in(ana)` is a browser in which Ana is signed in."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


class Postbox:
    """A real mail server's memory: `mails` that arrived; `refuse` makes it busy."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuse = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.refuse:
            return "451 Try again later"
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def postbox(settings: LazySettings) -> Iterator[Postbox]:
    """A mail server that runs for the test, and settings that point to it."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    yield box
    controller.stop()
