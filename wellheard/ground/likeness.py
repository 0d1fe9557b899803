"""How alike two customers are, and why: in words that a person can check.

Names are compared without their order, titles, company forms, accents and umlauts; initials stand for names. The likeness is
70 hundredths of the name's (80 for organisations) and a fixed gain for each thing that both have; things that both have and
that differ take some away. It is a rule of thumb made to be read, not a probability.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from wellheard.ground.text.normalise import search_document, search_words

TITLES = frozenset(
    """mr mrs ms miss mx sir dame dr prof professor herr frau fr hr dipl ing mag msc bsc mba phd jr sr junior senior m mme mlle
    monsieur madame sig signor signora dott sra don dona dhr mevr ir""".split()  # noqa: SIM905  a list of words reads best so
)
COMPANY_FORMS = frozenset(
    """gmbh mbh ag kg kgaa ohg ug gbr ev eg co cie company corp corporation inc incorporated llc llp lp ltd limited plc sa sas
    sarl eurl sasu srl spa snc sl slu bv nv vof oy oyj ab as asa aps kft zrt sro doo sp zoo spzoo eood ood und and et y e the
    haftungsbeschrankt""".split()  # noqa: SIM905
)
_ABBREVIATED = re.compile(r"\b(?:[a-z]\.\s?){2,}", re.IGNORECASE)
_LONG_UMLAUTS = re.compile(r"ae|oe|(?<![aeoq])ue")

SAME_WORD = 0.75
"""From which share of equal letters two words may be one, misspelt."""
SAME_NAME, ALIKE = 97, 82
"""From which likeness of names we say that they are the same, or alike."""


@dataclass(frozen=True)
class Described:
    """What is compared: e-mail addresses in small letters, phones as E.164, the organisation's and the town's name."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    organisation: str = ""
    city: str = ""
    websites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """0 (nothing in common) to 100, with a sentence for each thing that counted."""

    score: int
    reasons: tuple[str, ...] = ()


def person_words(name: str) -> tuple[str, ...]:
    """The words that make up a person's name, folded, without titles, in the order of the alphabet."""
    return _words(name, TITLES)


def organisation_words(name: str) -> tuple[str, ...]:
    """The words that make up an organisation's name, folded, without company forms, in the order of the alphabet."""
    return _words(name, COMPANY_FORMS)


@lru_cache(maxsize=200_000)
def _words(name: str, dropped: frozenset[str]) -> tuple[str, ...]:
    joined = (
        _ABBREVIATED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", name) if dropped is COMPANY_FORMS else name
    )
    words = [_LONG_UMLAUTS.sub(lambda found: found[0][0], word) for word in search_words(joined)]
    kept = [word for word in words if word not in dropped]
    return tuple(sorted(kept or words))


def names_alike(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """0 to 100: how alike two names are, given as their folded words."""
    if not one or not other:
        return 0
    if one == other:
        return 100
    if _initials_fit(one, other):
        return 90
    return round(_word_by_word(one, other))


def _word_by_word(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Each word of the shorter name with its likest in the other. A slip or two is forgiven; more makes another word of it.
    Words without a counterpart cost a quarter each."""
    short, long = (one, other) if (len(one), one) <= (len(other), other) else (other, one)
    rest, total = list(long), 0.0
    for word in short:
        best = max(rest, key=lambda each: (OSA.normalized_similarity(word, each), each))
        likeness = OSA.normalized_similarity(word, best)
        if likeness >= SAME_WORD:
            total += likeness
            rest.remove(best)
    left_over = len(long) - len(short)
    return 100 * total / (len(short) + left_over / 4)


def _initials_fit(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """`K. Holzapfel` and `Katrin Holzapfel`: the same words, save that some are only initials on one side."""
    if len(one) != len(other) or len(one) < 2:
        return False
    whole = [word for word in one if len(word) > 1 and word in other]
    if not whole or len(whole) == len(one):
        return False
    left, right = list(one), list(other)
    for word in whole:
        left.remove(word)
        right.remove(word)
    firsts = sorted(word[0] for word in left) == sorted(word[0] for word in right)
    return firsts and all(len(a) == 1 or len(b) == 1 for a, b in zip(sorted(left), sorted(right), strict=True))


def people_alike(one: Described, other: Described) -> Likeness:
    """How alike two people are."""
    name = names_alike(person_words(one.name), person_words(other.name))
    score, reasons = 0.7 * name, _of_names(one.name, other.name, name)
    if shared := _both(one.emails, other.emails):
        score += 40 if name or not (one.name and other.name) else 25
        reasons.append(f"Both have the address {shared}.")
    elif alike := _local_parts(one.emails, other.emails):
        score += 20
        reasons.append(f"Their addresses are alike: {alike[0]} and {alike[1]}.")
    score += _same(reasons, one.phones, other.phones, 30, "Both have the number {}.")
    if one.organisation and other.organisation:
        firm = names_alike(organisation_words(one.organisation), organisation_words(other.organisation))
        if firm >= ALIKE:
            score += 15
            reasons.append(f"Both speak for {one.organisation}.")
        else:
            score -= 5
    if one.city and other.city and search_words(one.city) == search_words(other.city):
        score += 5
        reasons.append(f"Both are in {one.city}.")
    if not (one.name and other.name) and _both(one.emails, other.emails):
        score += 40  # one of the two is known by the address alone
    return Likeness(max(0, min(100, round(score))), tuple(reasons))


def organisations_alike(one: Described, other: Described) -> Likeness:
    """How alike two organisations are."""
    name = names_alike(organisation_words(one.name), organisation_words(other.name))
    score, reasons = 0.8 * name, _of_names(one.name, other.name, name)
    score += _same(reasons, one.emails, other.emails, 30, "Both have the address {}.")
    score += _same(reasons, one.phones, other.phones, 30, "Both have the number {}.")
    score += _same(reasons, one.websites, other.websites, 25, "Both have the website {}.")
    if one.city and other.city:
        if search_document(one.city) == search_document(other.city):
            score += 15
            reasons.append(f"Both are in {one.city}.")
        else:
            score -= 20
            reasons.append(f"But one is in {one.city}, the other in {other.city}.")
    return Likeness(max(0, min(100, round(score))), tuple(reasons))


def _of_names(one: str, other: str, alike: int) -> list[str]:
    if alike >= SAME_NAME:
        return [f"Both are called {one}." if one == other else f"“{one}” and “{other}” are the same name."]
    return [f"“{one}” and “{other}” are alike."] if alike >= ALIKE else []


def _both(one: Iterable[str], other: Iterable[str]) -> str:
    return min(set(one) & set(other), default="")


def _same(reasons: list[str], one: Iterable[str], other: Iterable[str], gain: int, sentence: str) -> int:
    shared = _both(one, other)
    if shared:
        reasons.append(sentence.format(shared))
    return gain if shared else 0


def _local_parts(one: Iterable[str], other: Iterable[str]) -> tuple[str, str] | None:
    """Two addresses at the same domain whose first parts are alike; the likest, or None."""
    best: tuple[float, str, str] | None = None
    for a in sorted(one):
        for b in sorted(other):
            first, _, domain = a.partition("@")
            second, _, others = b.partition("@")
            if domain and domain == others and min(len(first), len(second)) > 3:
                likeness = fuzz.ratio(re.sub(r"[._-]", "", first), re.sub(r"[._-]", "", second))
                if likeness >= 85 and (best is None or likeness > best[0]):
                    best = (likeness, a, b)
    return best[1:] if best else None
