"""Our sentences on the pages where customers choose what we write to them, and below our mails: a module a language."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from wellheard.customers.public_words import de, en, es, fr, it, nl

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
}
_MODULES = {"en": en, "de": de, "fr": fr, "es": es, "it": it, "nl": nl}
_WORDS: Mapping[str, Mapping[str, str]] = {language: module.WORDS for language, module in _MODULES.items()}


def words_in(language: str) -> Mapping[str, str]:
    """Our sentences in this language, in English when we have none."""
    return _WORDS.get(language.split("-")[0], _WORDS["en"])


def purpose_texts(key: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What we ship of a purpose, by language: its name, what one gets, and the words that one agrees to."""
    texts = {language: module.PURPOSES[key] for language, module in _MODULES.items()}
    name, about, agreed = ({language: each[place] for language, each in texts.items()} for place in range(3))
    return name, about, agreed


def in_language(texts: Mapping[str, str], *wished: str) -> str:
    """The text in the first of these languages in which there is one, else in English, else in any; empty when there is none."""
    for language in (*wished, "en", *texts):
        if text := texts.get(language.split("-")[0]):
            return text
    return ""


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Dates and numbers as they are written in this language; English as in Europe, where 3/4 is no April."""
    with translation.override("en-gb" if language == "en" else language):
        yield


def day_in_words(day: date, language: str) -> str:
    """`16 November 2026`, `16. November 2026`."""
    with written_in(language):
        return str(date_format(day, "j F Y" if language == "en" else "DATE_FORMAT"))
