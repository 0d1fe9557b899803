"""Which column is which in a table that nobody knows, and whether the values fit under their headers at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from wellheard.customers.imports.fields import EMAILS, PHONES

ROWS_LOOKED_AT = 2_000
_HEADERS: tuple[tuple[str, str], ...] = (
    (
        "external_id",
        r"(customer|contact|client|kunden?|person|partner|account|external)[ _.-]?(id|nr|no|nummer|number|ref)\.?"
        r"|id|nr|kundennr|uid|key",
    ),
    ("salutation", r"salutation|prefix|anrede|civilit[eé]|title before name|tratamiento|aanhef"),
    (
        "given_name",
        r"(first|given|fore)[ _-]?name|vorname|pr[eé]nom|nombre|nome|voornaam|jm[eé]no|förnamn|fornavn|etunimi",
    ),
    (
        "family_name",
        r"(last|family|sur)[ _-]?name|nachname|familienname|zuname|nom( de famille)?|apellidos?|cognome|achternaam"
        r"|příjmení|efternamn|etternavn|sukunimi",
    ),
    (
        "name",
        r"(full|contact|customer|client|display)?[ _-]?name|(full|whole)[ _]name|name|ansprechpartner|nom complet"
        r"|kontakt(person)?|customer|client|kunde",
    ),
    (
        "account",
        r"(company|account|organi[sz]ation|employer|firm|business)([ _-]?name)?|firma|unternehmen|organisation"
        r"|entreprise|soci[eé]t[eé]|empresa|azienda|bedrijf|společnost|företag|firmanavn",
    ),
    ("job_title", r"(job[ _-]?)?title|position|role|funktion|fonction|stelle|cargo|functie"),
    (
        "email",
        r"(e-?mail|mail)([ _-]?(address|adresse|1))?|adresse (e-?mail|[eé]lectronique)|courriel"
        r"|correo( electr[oó]nico)?|(e-?post|s[äa]hköposti)(adress)?",
    ),
    ("email_2", r"(second(ary)?|other|2nd|alternative)[ _-]?e-?mail( address)?|e-?mail[ _-]?(address )?2"),
    (
        "phone_mobile",
        r"(mobile|cell)([ _-]?(phone|number|nummer|no))*|handy(nummer)?|mobil(nummer|telefon)?|portable|m[oó]vil"
        r"|cellulare|mobiel",
    ),
    ("phone_fax", r"fax([ _-]?(number|nummer|no))?|télécopie"),
    ("phone_work", r"(work|business|office)[ _-]?(phone|tel(ephone)?)|telefon gesch[aä]ftlich"),
    ("phone_home", r"(home|private)[ _-]?(phone|tel(ephone)?)|telefon privat"),
    (
        "phone",
        r"(tele)?phone([ _-]?(number|no|1))?|tel\.?|telefon(nummer)?|rufnummer|t[eé]l[eé]phone|tel[eé]fono|telefoon"
        r"|puhelin|telefonní číslo",
    ),
    ("website", r"web(site|[ _-]?page|[ _-]?url)?|url|homepage|site web|domain"),
    ("address", r"(full |postal |mailing )?address|adresse|anschrift|direcci[oó]n|indirizzo|adres"),
    (
        "street",
        r"street([ _-]?address)?([ _-]?1)?|address[ _-]?(line[ _-]?)?1|stra(ss|ß)e( und hausnummer)?|rue|calle|via"
        r"|straat|ulice|gata",
    ),
    ("street_2", r"street[ _-]?2|address[ _-]?(line[ _-]?)?2|adresszusatz"),
    (
        "postcode",
        r"(zip|post(al)?)[ _-]?(code)?|plz|postleitzahl|code postal|c[oó]digo postal|cap|psč|postnummer|postinumero",
    ),
    ("city", r"city|town|ort|stadt|wohnort|ville|ciudad|citt[aà]|plaats|woonplaats|město|stad|ort|kaupunki"),
    ("region", r"state|region|province|county|bundesland|r[eé]gion|provincia|provincie|state/region"),
    ("country", r"country([ _-]?(name|code))?|land|pays|pa[ií]s|paese|země|maa"),
    ("industry", r"industry|branche|secteur|sector"),
    ("language", r"(preferred |customer )?language|sprache|langue|idioma|lingua|taal|jazyk|språk"),
    ("segment", r"(customer )?(segment|group)|kundengruppe|segment de client[eè]le"),
    ("tags", r"tags?|labels?|categor(y|ies)|keywords|schlagw[oö]rter|stichworte|[eé]tiquettes"),
    ("lifecycle", r"lifecycle([ _-]?stage)?|customer status|lebensphase"),
    (
        "since",
        r"(customer |member |client )?since|sign[ _-]?up([ _-]?date)?|kunde seit|registered( on)?|registration date"
        r"|created([ _-]?(at|on|date))?",
    ),
    ("owner", r"(account |contact )?owner|account manager|betreuer|zust[aä]ndig"),
    ("site", r"site|branch|filiale|standort"),
    ("wants_no_mail", r"(e-?mail[ _-]?)?(opt(ed)?[ _-]?out|unsubscribed)|do not (e-?)?mail|no (mail|newsletter)"),
    ("notes", r"notes?|comments?|remarks?|description|bemerkung(en)?|notiz(en)?|remarques?|observaciones"),
    ("is_company", r"is (a )?company|company type|kind of customer"),
)
_PATTERNS = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _HEADERS]
EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_PHONE = re.compile(r"=?\"?[+(]?[\d\s()./+-]{5,}(?:(?:ext\.?|x|#|durchwahl)\s*\d+)?\"?", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d[.,]?\d*E\+\d+", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}(?:[ '’.-]+[^\W\d_]+\.?)*")


def columns_by_header(columns: Sequence[str]) -> dict[str, str]:
    """Our field → the column whose header names it; each column once, the first of several."""
    found: dict[str, str] = {}
    for column in columns:
        words = re.sub(r"\s+", " ", column.replace("_", " ").strip())
        for name, pattern in _PATTERNS:
            if name not in found and (pattern.fullmatch(words) or pattern.fullmatch(column.strip())):
                found[name] = column
                break
    return found


@dataclass
class Sample:
    """What stands under a column: how many cells are filled, and with what; `first` is the first value."""

    filled: int = 0
    emails: int = 0
    phones: int = 0
    several_words: int = 0
    first: str = ""
    shown: list[str] = field(default_factory=list)

    def add(self, cell: str) -> None:
        """Look at one cell."""
        value = cell.strip()
        if not value:
            return
        self.first = self.first or value
        if len(self.shown) < 3:
            self.shown.append(value[:80])
        self.filled += 1
        self.emails += bool(EMAIL.fullmatch(value))
        self.phones += bool(_PHONE.fullmatch(value) or _SCIENTIFIC.fullmatch(value))
        self.several_words += bool(_WORDS.fullmatch(value) and " " in value)

    def mostly(self, number: int) -> bool:
        """Is it so in most of the filled cells?"""
        return self.filled > 0 and number * 2 > self.filled


def samples_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, Sample]:
    """What stands under each column, from the first rows."""
    samples = {name: Sample() for name in columns}
    listed = list(samples.values())
    for cells in islice(rows, ROWS_LOOKED_AT):
        for sample, cell in zip(listed, cells, strict=False):
            sample.add(cell)
    return samples


def misfits(fields: Mapping[str, str], samples: Mapping[str, Sample]) -> list[str]:
    """Sentences about columns under which something else stands than their headers say; none where all of it fits."""
    found = []
    for name, column in fields.items():
        sample = samples.get(column)
        if sample is None or not sample.filled:
            continue
        if name not in EMAILS and name not in ("notes", "owner", "external_id") and sample.mostly(sample.emails):
            found.append(f"Under “{column}” stand e-mail addresses, as {sample.first[:60]}.")
        elif name in EMAILS and not sample.emails and sample.mostly(sample.phones):
            found.append(f"Under “{column}” stand phone numbers, as {sample.first[:60]}.")
        elif name in EMAILS and sample.filled > 1 and not sample.emails:
            found.append(f"Under “{column}” stands no e-mail address; the first value is {sample.first[:60]}.")
        elif name in ("given_name", "family_name", "name", "city") and sample.mostly(sample.phones):
            found.append(f"Under “{column}” stand numbers, as {sample.first[:60]}.")
    return found


def columns_by_values(fields: Mapping[str, str], samples: Mapping[str, Sample]) -> dict[str, str]:
    """The columns by what stands in them: for a table whose values do not stand under their headers."""
    moved = dict(fields)
    taken = {name: column for name, column in fields.items() if name in (*EMAILS, *PHONES)}
    for name, column in fields.items():
        sample = samples.get(column)
        if sample is None:
            continue
        if name not in EMAILS and sample.mostly(sample.emails) and "email" not in taken:
            moved.pop(name)
            moved["email"] = taken["email"] = column
        elif name == "given_name" and sample.mostly(sample.several_words) and "name" not in fields:
            moved.pop(name)
            moved["name"] = column
        elif name in EMAILS and sample.mostly(sample.phones) and not sample.emails and "phone" not in fields:
            moved.pop(name)
            moved["phone"] = column
    return moved
