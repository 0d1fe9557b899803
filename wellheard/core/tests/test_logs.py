"""The log says what page it was and never the key to it."""

import logging
from typing import Any

import pytest
from django.conf import settings

from wellheard.core.logs import WithoutSecrets


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/c/CAS-2026-0001/zhYN0wnhld4hkClC-_/", "/c/CAS-2026-0001/…/"),
        ("/first/WzEsImEiXQ:1vNa:Zr-/?next=/", "/first/…/?next=/"),
        ("/account/password/reset/key/1-abc-def/", "/account/password/reset/key/…/"),
        ("/cases/12/note/", "/cases/12/note/"),
    ],
)
def test_an_address_is_logged_without_its_key(path: str, shown: str):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", path), None)

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == f"Not Found: {shown}"


def test_every_line_of_the_program_passes_it():
    told: dict[str, Any] = settings.LOGGING
    kinds = {name: each["()"] for name, each in told["filters"].items()}

    for handler in told["handlers"].values():
        assert "wellheard.core.logs.WithoutSecrets" in {kinds[name] for name in handler["filters"]}
