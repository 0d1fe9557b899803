"""In which language a text is written, as far as a machine can tell."""

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"
# Below these lengths the guess is wrong too often: measured on tweets, 0.95 under 40 letters with few candidates.
_TOO_SHORT = 15
_SHORT_FOR_UNSPACED = 5
_SURE_FROM = 0.9
_MUCH_ABOVE_EVEN = 2.5
_NOT_A_LANGUAGE = "zxx"


def language_of(text: str, candidates: Collection[str] = ()) -> tuple[str, bool]:
    """The ISO 639-1 code of the text's language, and whether the guess is sure enough to act on.

    `candidates` limits it to those languages, such as the two or more that a survey was sent in: that makes it
    markedly better, and wrong for a text in yet another language; codes that the detector does not know are left out.
    A text without letters, or one that fits every language alike, is ("und", False); a short text is never sure.
    """
    letters = sum(map(str.isalpha, text))
    if not letters:
        return UNKNOWN, False
    identifier = _identifier(frozenset(candidates))
    code, probability = identifier.classify(text)
    if code == _NOT_A_LANGUAGE or probability < _MUCH_ABOVE_EVEN / len(identifier.labels):
        return UNKNOWN, False
    return str(code), bool(probability >= _SURE_FROM and letters >= _needed(text))


def _needed(text: str) -> int:
    """One Chinese or Japanese character says as much as several letters."""
    has_unspaced = any("\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7ff" for character in text)
    return _SHORT_FOR_UNSPACED if has_unspaced else _TOO_SHORT


@lru_cache(maxsize=8)
def _identifier(candidates: frozenset[str]) -> "LanguageIdentifier":
    # Imported late: the model takes about half a second and 60 MB, which only those pay who ask.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = sorted(candidates & set(identifier.labels))
    # With one candidate every text would be in that language, and surely so.
    if len(known) > 1:
        identifier.set_languages(known)
    return identifier
