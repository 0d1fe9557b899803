"""Cells that a spreadsheet would run as a formula, made harmless in exports, and made whole again on import."""

import re

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d{1,3})?\s?%?", re.ASCII)
# Programs differ in what they skip before a formula, and take the wide signs for the narrow ones.
_STARTS = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def neutralise_cell(text: str) -> str:
    """The text for a CSV or XLSX cell: one that a spreadsheet might run gets an apostrophe in front.

    That is a text that begins, perhaps after spaces, with one of = + - @ (narrow or wide) or with a tab or line end;
    numbers such as -12.5 and +49170 stay. `restore_cell` takes exactly that apostrophe away again.
    """
    return f"'{text}" if _is_dangerous(text) else text


def restore_cell(text: str) -> str:
    """The text as it was before `neutralise_cell`; texts that it never touches stay."""
    return text[1:] if text.startswith("'") and _is_dangerous(text[1:]) else text


def _is_dangerous(text: str) -> bool:
    # A text that already begins with apostrophes and then a sign counts too, or restoring could not tell them apart.
    return _STARTS.match(text) is not None and _NUMBER.fullmatch(text) is None
