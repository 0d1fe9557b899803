"""The one normaliser of words, for both search engines, so that both find the same.

A word is folded: case, ß to ss, accents and other marks gone, letters with a stroke to plain ones, wide and narrow
forms to common ones. Beside it stands its key, in which ae, oe and ue are a, o and u, so that päckchen, packchen and
paeckchen find one another. Documents hold both, queries ask for either. Runs of a script that puts no spaces between
words (Chinese, Japanese, Thai…), and Korean, are cut into pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LONGEST_WORD = 64
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
# Joiners, direction marks, soft hyphen and tatweel stand inside words and change none of them.
_INVISIBLE = dict.fromkeys((0x00AD, 0x0640, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_LETTERS = str.maketrans("øłđħŧıðŋ", "oldhtidn") | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
_FOLDS = {**_ACCENTS, **_INVISIBLE, **_LETTERS}
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff"
    "\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"((?:(?=[^\W_])[{_UNSPACED}])+)|[^\W_{_UNSPACED}]+")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
# After these vowels, and after q, a ue is no ü: neue, Bauer, queue.
_LONG_UMLAUT = re.compile(r"ae|oe|(?<![aeoq])ue")


def search_words(text: str) -> list[str]:
    """The folded words of a text in their order; runs without spaces as overlapping pairs of characters."""
    return [word for words, is_run in _pieces(text) for word in (_pairs(words) if is_run else [words])]


def search_document(text: str) -> str:
    """What the index holds of a text, separated by spaces: its words and their keys, its characters and their pairs."""
    tokens: list[str] = []
    for piece, is_run in _pieces(text):
        if is_run:
            tokens += piece
            tokens += _pairs(piece) if len(piece) > 1 else []
        else:
            tokens += _spellings(piece)
    return " ".join(tokens)


def search_query(text: str) -> list[list[str]]:
    """What to ask the index for: all of these groups, of each group any one. Nothing to find gives no groups."""
    groups = []
    for piece, is_run in _pieces(text):
        groups += [[pair] for pair in _pairs(piece)] if is_run else [_spellings(piece)]
    return [list(group) for group in dict.fromkeys(map(tuple, groups))]


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The words and runs of a text, each with whether it is a run of a script without spaces."""
    if text.isascii():
        for word in _ASCII_WORDS.findall(text.lower()):
            yield word[:_LONGEST_WORD], False
        return
    for found in _RUNS.finditer(_folded(text)):
        piece, run = found.group(0, 1)
        yield (piece, True) if run else (piece[:_LONGEST_WORD], False)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_FOLDS)
    # Korean syllables and Japanese voiced kana were taken apart and are one character again before marks go.
    return unicodedata.normalize("NFC", plain).translate(_marks())


def _spellings(word: str) -> list[str]:
    key = _LONG_UMLAUT.sub(lambda found: found[0][0], word)
    return [word] if key == word else [word, key]


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


@lru_cache(maxsize=1)
def _marks() -> dict[int, None]:
    """All marks of all scripts: search engines disagree on whether they belong to words, so none is indexed."""
    return {code: None for code in range(0x10FFFF) if unicodedata.category(chr(code))[0] == "M"}
