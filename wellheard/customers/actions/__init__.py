"""What we do with what we know about our customers. Each topic has its own module."""

from wellheard.customers.actions.directory import (
    ACCOUNT_FIELDS,
    PERSON_FIELDS,
    add_account,
    add_person,
    add_segment,
    change_account,
    change_person,
    person_for,
    stop_mail,
)

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
