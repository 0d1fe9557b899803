"""How people are spoken of on our pages."""

from django.utils.translation import get_language_info

from wellheard.customers.models import Person

SPOKEN = ("en", "de", "fr", "nl", "it", "es", "pt", "pl", "cs", "da", "sv", "fi", "nb", "hu", "ro", "tr", "uk", "ar")


def is_id(number: str) -> bool:
    """Could this text from an address be the id of a record? Longer numbers than databases hold are none."""
    return number.isascii() and number.isdigit() and len(number) < 19


def language_name(code: str) -> str:
    """`German` for `de`; the code itself when it is a rare one."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def preferences(person: Person) -> str:
    """`German, by mail`: in one line what someone prefers."""
    parts = [language_name(person.language)] if person.language else []
    if person.wants_no_mail:
        parts.append("no news by mail")
    elif not person.email:
        parts.append("no e-mail address" if not person.phone else "by phone")
    else:
        parts.append("by mail")
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]
