"""Texts as every database can keep them."""

import re

REPLACEMENT = "\ufffd"
# PostgreSQL holds no NUL, and half of a surrogate pair is no character that could be written as UTF-8.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """The text with the sign for “something unreadable” in each place where no database could keep what stood there."""
    return _UNKEEPABLE.sub(REPLACEMENT, text)
