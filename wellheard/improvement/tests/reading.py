"""How tests read a page."""

import re
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext


def at(record: Any, page: str = "") -> str:
    """The address of a record's page, or of one below it."""
    return f"{record.get_absolute_url()}{page}"


def text_of(response: Any) -> str:
    """What people read: the page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def said(response: Any) -> list[str]:
    """The messages that a page leaves behind."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def queries(client: Any, address: str) -> int:
    """How many questions the page asks the database, once everything is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
