"""What we do with what we know about our customers. Each topic has its own module."""

from wellheard.customers.actions.directory import (
    ACCOUNT_FIELDS,
    PERSON_FIELDS,
    add_account,
    add_person,
    change_account,
    change_person,
    person_for,
    stop_mail,
)
from wellheard.customers.actions.segments import add_segment

__all__ = [
    "ACCOUNT_FIELDS",
    "PERSON_FIELDS",
    "add_account",
    "add_person",
    "add_segment",
    "change_account",
    "change_person",
    "person_for",
    "stop_mail",
]
