"""Cleo's matters: cases as they stand at each step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from wellheard.cases import actions
from wellheard.cases.models import Case
from wellheard.core.models import Member, Organisation, Site
from wellheard.customers.actions import add_account
from wellheard.customers.models import Account

WORDS = (
    "Wir haben am 2. November zwölf Verbinder nach Ihrer Anleitung eingebaut.\nZwei davon tropfen seit gestern.  "
    "Ich möchte die Verbinder ersetzt haben."
)
OpenCase = Callable[..., Case]


@pytest.fixture
def holzapfel(organisation: Organisation, ana: Member, leipzig: Site, now: datetime) -> Account:
    return add_account("Gärtnerei Holzapfel", ana, at=now, site=leipzig)


@pytest.fixture
def opened(organisation: Organisation, ben: Member, leipzig: Site, now: datetime) -> OpenCase:
    """`opened(…)` is a complaint of Cleo Winter's that Ben has just typed in."""

    def begin(**changes) -> Case:
        given: dict[str, Any] = {
            "title": "Connectors drip",
            "by": ben,
            "at": now,
            "site": leipzig,
            "words": WORDS,
            "contact_name": "Cleo Winter",
            "contact_email": "cleo@winter.example",
            "language": "de",
            "channel": "phone",
        } | changes
        return actions.open_case(given.pop("title"), given.pop("by"), **given)

    return begin


@pytest.fixture
def received(opened: OpenCase) -> Case:
    return opened()


@pytest.fixture
def acknowledged(received: Case, ben: Member, now: datetime) -> Case:
    return actions.acknowledge(received, ben, at=now + timedelta(minutes=20))


@pytest.fixture
def assessed(acknowledged: Case, ben: Member, now: datetime) -> Case:
    return actions.assess(acknowledged, ben, at=now + timedelta(hours=1), severity=2)


@pytest.fixture
def investigating(assessed: Case, ben: Member, now: datetime) -> Case:
    return actions.investigate(
        assessed,
        ben,
        at=now + timedelta(hours=2),
        findings="Lot 2610-B was glued below 15 °C.",
        cause_words="Seals glued too cold",
        cause_told="Die Dichtungen wurden zu kalt geklebt.",
    )


@pytest.fixture
def answered(investigating: Case, ben: Member, now: datetime) -> Case:
    return actions.answer(
        investigating,
        ben,
        at=now + timedelta(days=1),
        finding="upheld",
        text="Sie haben recht. Wir ersetzen alle zwölf Verbinder.",
        remedies=[{"asked": "Verbinder ersetzen", "decided": "alle zwölf", "when": "diese Woche"}],
    )


@pytest.fixture
def closed(answered: Case, ben: Member, now: datetime) -> Case:
    return actions.close(answered, ben, at=now + timedelta(days=3), outcome="content")
