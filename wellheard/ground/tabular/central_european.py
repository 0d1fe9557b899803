"""Is a text that is no UTF-8 written in Windows-1250 (Czech, Slovak, Polish, Hungarian), and not in Windows-1252?

Nearly every byte is a letter in both, so only the letters that a language has can tell: `Dvořák` would be `Dvoøák`.
"""

import re
from collections.abc import Iterable

_SAME = frozenset(
    byte
    for byte in range(0x80, 0x100)
    if bytes([byte]).decode("cp1250", "replace") == bytes([byte]).decode("cp1252", "replace")
)
_CZECH = frozenset("řěčňůďťľŘĚČŇŮĎŤĽ".encode("cp1250"))
_CZECH_TOO = frozenset("šžýŠŽÝ".encode("cp1250"))
_CZECH_ALONE = frozenset("ťľŤĽ".encode("cp1250"))
_POLISH = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻ".encode("cp1250"))
_HUNGARIAN = frozenset("őűŐŰ".encode("cp1250"))
_SIGN_IN_WORD = re.compile(rb"[A-Za-z\xf3](?:\xb9|\xb3|\xbf)[a-z]|\xb3[a-z]{2}")
"""In Windows-1252 these are `¹`, `³` and `¿`, which stand in no word."""


def is_windows_1250(chunks: Iterable[bytes]) -> bool:
    """Is this rather Windows-1250? A yes needs letters that only its languages have together; in doubt it is no."""
    seen: set[int] = set()
    has_sign_in_word = False
    for chunk in chunks:
        seen |= {byte for byte in set(chunk) if byte >= 0x80}
        has_sign_in_word = has_sign_in_word or _SIGN_IN_WORD.search(chunk) is not None
    telling = seen - _SAME
    if not telling:
        return False
    if telling <= _CZECH:
        return bool(seen & _CZECH_TOO or telling & _CZECH_ALONE)
    if telling <= _POLISH:
        return has_sign_in_word
    if telling <= _HUNGARIAN:
        return bool(seen & frozenset("öüÖÜ".encode("cp1250")) and seen & frozenset("áéÁÉ".encode("cp1250")))
    return False
