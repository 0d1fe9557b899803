"""Hiding how people can be reached from those who only look: mail addresses and telephone numbers, wherever they stand."""

import re
from collections.abc import Callable
from typing import Any

from wellheard.core.actors import Actor

Mask = Callable[[str], str]

ADDRESS = re.compile(r"[\w.+%-]+@([\w-]+(?:\.[\w-]+)+)")
# Numbers begin with + or 0 and have seven digits or more; dates as 01.02.2026 and the tail of CAS-2026-0042 are none.
NUMBER = re.compile(r"(?<![\w.,:/+-])(?!0?\d[./-]\d?\d[./-]\d{2,4}(?!\d))\(?(?:\+|00?)[1-9(][\d ()/.-]{5,}\d")


def open_to_read(text: str) -> str:
    """No mask: the text as it is."""
    return text


def mask_contacts(text: str) -> str:
    """The text with `•••@example.com` and `•••••• 42` in place of addresses and numbers."""
    if "@" in text:
        text = ADDRESS.sub(lambda found: f"•••@{found[1]}", text)
    return NUMBER.sub(lambda found: f"•••••• {re.sub(r'[^0-9]', '', found[0])[-2:]}", text)


def mask_of(actor: Actor) -> Mask:
    """Accounts that only look see no contact data."""
    return mask_contacts if getattr(actor, "is_read_only", False) else open_to_read


def masked(value: Any) -> Any:
    """A JSON value with every text in it masked."""
    if isinstance(value, str):
        return mask_contacts(value)
    if isinstance(value, dict):
        return {key: masked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return value
