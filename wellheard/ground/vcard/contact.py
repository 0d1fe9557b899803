"""What a card says about somebody, the same from every version."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from wellheard.ground.vcard.reading import Card, Property

TYPES = {
    "home": "home",
    "work": "work",
    "cell": "mobile",
    "mobile": "mobile",
    "iphone": "mobile",
    "fax": "fax",
    "pager": "pager",
    "car": "car",
    "main": "main",
    "other": "other",
}
NEVER_KEPT = {
    "VERSION",
    "PRODID",
    "REV",
    "UID",
    "X-ABUID",
    "CLASS",
    "PROFILE",
    "MAILER",
    "X-GENERATOR",
    "NAME",
    "SOURCE",
}
"""About the file, not about the person."""
READ = {
    "FN",
    "N",
    "ORG",
    "TITLE",
    "ROLE",
    "EMAIL",
    "TEL",
    "ADR",
    "URL",
    "NOTE",
    "CATEGORIES",
    "LANG",
    "NICKNAME",
    "KIND",
}
BESIDE = {"LABEL", "X-ABLABEL", "X-ABADR", "SORT-STRING", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND", "AGENT"}
"""Says again, or says how to read, what another property says."""
_APPLE = re.compile(r"_\$!<(.*)>!\$_")


@dataclass(frozen=True)
class Reach:
    """An e-mail address, a phone number or a website; `use` in a word or two, as work, home, mobile, fax, or as it was named."""

    value: str
    use: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class PostalAddress:
    """An address; `lines` are post-office box, supplement and street, each on its own."""

    use: str
    lines: str
    city: str
    region: str
    postcode: str
    country: str


@dataclass
class Contact:
    """Somebody, or a company (`is_organisation`). `left_out` counts what is not kept, in words."""

    name: str = ""
    given_name: str = ""
    middle_names: str = ""
    family_name: str = ""
    prefix: str = ""
    suffix: str = ""
    uid: str = ""
    organisation: str = ""
    department: str = ""
    job_title: str = ""
    language: str = ""
    notes: str = ""
    categories: list[str] = field(default_factory=list)
    emails: list[Reach] = field(default_factory=list)
    phones: list[Reach] = field(default_factory=list)
    websites: list[Reach] = field(default_factory=list)
    addresses: list[PostalAddress] = field(default_factory=list)
    is_organisation: bool = False
    is_group: bool = False
    left_out: list[str] = field(default_factory=list)


def contact_of(card: Card) -> Contact:
    """Everything in the card that we have a place for; what we have none for is named in `left_out`."""
    escaped = not card.version.startswith("2")
    labels = _labels(card, escaped)
    family, given, middle, prefix, suffix = _components(card.first("N"), 5, escaped)
    organisation, *units = _components(card.first("ORG"), 1, escaped)
    kind = (card.first("KIND") or card.first("X-ADDRESSBOOKSERVER-KIND")).lower()
    contact = Contact(
        name=_plain(card.first("FN"), escaped),
        given_name=given,
        middle_names=middle,
        family_name=family,
        prefix=prefix,
        suffix=suffix,
        uid=card.first("UID")[:200],
        organisation=organisation,
        department=", ".join(filter(None, units)),
        job_title=_plain(card.first("TITLE") or card.first("ROLE"), escaped),
        language=_language(card.all("LANG")),
        notes="\n\n".join(_each(card.all("NOTE"), escaped)),
        categories=_categories(card, escaped),
        emails=_reaches(card.all("EMAIL"), labels, escaped),
        phones=_reaches(card.all("TEL"), labels, escaped),
        websites=_reaches(card.all("URL"), labels, escaped),
        addresses=_addresses(card.all("ADR"), labels, escaped),
        is_group=kind == "group",
    )
    contact.name = contact.name or " ".join(filter(None, (prefix, given, middle, family, suffix)))
    is_named_so = not (family or given) and contact.organisation and contact.name in ("", contact.organisation)
    contact.is_organisation = kind == "org" or card.first("X-ABSHOWAS").upper() == "COMPANY" or bool(is_named_so)
    if contact.is_organisation:
        contact.name = contact.organisation or contact.name
    contact.left_out = list(_left_out(card, contact))
    return contact


def _labels(card: Card, escaped: bool) -> dict[str, str]:
    """What Apple and Google call a property: `item1.X-ABLabel` names `item1.EMAIL`."""
    found = {}
    for each in card.all("X-ABLABEL"):
        if each.group:
            text = _plain(each.text, escaped).strip()
            apple = _APPLE.fullmatch(text)
            found[each.group] = apple[1] if apple else text
    return found


def _reaches(found: Iterable[Property], labels: dict[str, str], escaped: bool) -> list[Reach]:
    reaches: dict[str, Reach] = {}
    for each in found:
        value = _plain(each.text, escaped).strip()
        if each.name == "TEL":
            value = _telephone(value)
        elif each.name == "EMAIL" and value.lower().startswith("mailto:"):
            value = value[7:]
        if not value:
            continue
        known = reaches.get(value)
        uses = dict.fromkeys(filter(None, (known.use if known else "", _use(each, labels))))
        reaches[value] = Reach(value, ", ".join(uses)[:40], each.is_main or bool(known and known.is_main))
    # The first stays first, unless another one is marked.
    return sorted(reaches.values(), key=lambda each: not each.is_main)


def _telephone(value: str) -> str:
    """A `tel:` address as people write it, its extension kept."""
    if not value.lower().startswith("tel:"):
        return value
    number, *params = value[4:].split(";")
    extension = next((each[4:] for each in params if each.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def _use(found: Property, labels: dict[str, str]) -> str:
    if found.group in labels:
        return labels[found.group][:40]
    words = [TYPES[each] for each in found.types if each in TYPES]
    if "mobile" in words:  # a work phone that is a mobile is found as one
        words = [each for each in words if each != "home"]
    return " ".join(dict.fromkeys(words))[:40]


def _addresses(found: Iterable[Property], labels: dict[str, str], escaped: bool) -> list[PostalAddress]:
    addresses = []
    for each in found:
        box, extended, street, city, region, postcode, country = _components(each.text, 7, escaped)[:7]
        lines = "\n".join(filter(None, (box, extended, street)))
        if any((lines, city, region, postcode, country)):
            addresses.append(PostalAddress(_use(each, labels), lines, city, region, postcode, country))
    return addresses


def _components(text: str, at_least: int, escaped: bool) -> list[str]:
    """A structured value in its parts, each unescaped."""
    parts = re.split(r"(?<!\\)(?:\\\\)*;", text) if "\\" in text else text.split(";")
    plain = [_plain(each, escaped).strip() for each in parts]
    return plain + [""] * (at_least - len(plain))


def _plain(text: str, escaped: bool) -> str:
    """A value without escapes. 2.1 knows none but those before its own marks, so `C:\\new` stays as it is there."""
    text = text.replace("\r\n", "\n")
    if "\\" not in text:
        return text
    if not escaped:
        return re.sub(r"\\([;:,\\])", r"\1", text)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text, flags=re.DOTALL)


def _each(found: Iterable[Property], escaped: bool) -> list[str]:
    texts = (_plain(each.text, escaped).strip() for each in found)
    return list(dict.fromkeys(text for text in texts if text))


def _categories(card: Card, escaped: bool) -> list[str]:
    found: dict[str, None] = {}
    for each in card.all("CATEGORIES"):
        for word in re.split(r"(?<!\\),", each.text):
            if plain := " ".join(_plain(word, escaped).split()):
                found[plain] = None
    return list(found)


def _language(found: list[Property]) -> str:
    """The preferred language, if it is written as a code."""
    best = sorted(found, key=lambda each: (not each.is_main, each.params.get("PREF", ["9"])[0]))
    code = best[0].text.strip().lower() if best else ""
    return code if re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", code) else ""


WORDS = {
    "BDAY": "birthday",
    "ANNIVERSARY": "anniversary",
    "GENDER": "gender",
    "GEO": "place on the map",
    "TZ": "time zone",
}


def _left_out(card: Card, contact: Contact) -> Iterable[str]:
    for binary in card.left_out:
        yield f"{binary.what} that can’t be read" if binary.is_broken else binary.what
    for name in dict.fromkeys(each.name for each in card.properties if each.text.strip()):
        if name not in READ | NEVER_KEPT | BESIDE:
            yield WORDS.get(name, name)
    if contact.middle_names and contact.middle_names not in contact.name:
        yield "middle names"
    if card.all("NICKNAME"):
        yield "nickname"
    if len({each.text for each in card.all("ORG")}) > 1:
        yield "further organisations"
