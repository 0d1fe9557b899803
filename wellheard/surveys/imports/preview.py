"""How an import is shown before it is one: fields and guesses in words, and the file while it waits."""

import hashlib
from typing import Any

from django.core.files.storage import default_storage

from wellheard.core.models import StoredFile

FIELD_TITLES = {
    "score": "The score (the headline question)",
    "csat": "A satisfaction from 1 to 5",
    "comment": "Their words",
    "answered_at": "When it was answered",
    "segment": "The group of customers",
    "external_id": "The other system’s number of the answer",
    "language": "The language",
    "email": "The person’s mail address",
    "account": "The customer’s name",
    "site": "The site",
}
GUESS_TITLES = {
    "format": "Read as",
    "file": "Kind of file",
    "encoding": "Encoding",
    "encoding_is_sure": "Is the encoding sure?",
    "delimiter": "Columns are parted by",
    "header_row": "Names of columns in row",
    "sheet": "Sheet",
    "scale": "Scale of the score",
    "date_order": "Order of day and month",
    "time_zone": "Time zone",
    "time_of_day": "Time of day",
    "answered_at": "When it was answered",
    "further_scores": "Further scores",
    "further_words": "Further questions in words",
    "kept_beside": "Kept beside the answers",
    "broken_characters": "Broken characters",
    "uneven_rows": "Rows with too many or too few cells",
    "renamed_columns": "Columns given a name",
    "dates_look_swapped": "Dates that look swapped",
    "survey": "Survey",
}


ORDERS = {"dmy": "day before month", "mdy": "month before day", "ymd": "year first"}


def in_words(value: Any) -> str:
    """A guess as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {in_words(each)}" for name, each in value.items())
    return {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}.get(str(value), str(value))


def guess_in_words(name: str, value: Any) -> str:
    """A guess of this name as a person reads it; the order of day and month in words."""
    if name == "date_order":
        letters, rest = str(value)[:3], str(value)[3:]
        return f"{ORDERS.get(letters, letters)}{rest}"
    return in_words(value)


def digest_of(data: bytes) -> str:
    """Under which name the storage keeps these bytes."""
    return hashlib.sha256(data).hexdigest()


def kept_bytes(sha256: str) -> bytes:
    """The file that a dry run has left in the storage. Raises FileNotFoundError."""
    with default_storage.open(StoredFile(sha256=sha256).path) as file:
        return bytes(file.read())
