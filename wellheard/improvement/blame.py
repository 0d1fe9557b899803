"""Causes that only blame a person: they end the search where it should begin.

A word list finds the usual phrases in English, German and French, and the names of our own members. It is honest about
what it can do: it knows phrases, not meanings. Blame in other words passes, and a sentence that merely mentions such a
phrase is refused; whoever reads it again will find better words for either.
"""

import re
from collections.abc import Iterable

PHRASES = (
    # English
    r"human (?:error|failure|factors?)",
    r"(?:operator|user|staff|employee|worker|personnel|people|personal)(?:'s|’s|s')? (?:error|mistake|fault|failure)s?",
    r"(?:mistake|error|fault) (?:of|by) (?:the |an? )?(?:operator|employee|worker|colleague|staff|person)",
    r"careless(?:ness|ly)?",
    r"negligen(?:ce|t|tly)",
    r"inattent(?:ion|ive|iveness)",
    r"lazy|laziness|sloppy|sloppiness|incompeten(?:ce|t)",
    r"(?:lack of|not enough|no) (?:care|attention|discipline|concentration|motivation)",
    r"(?:did not|didn't|didn’t|does not|doesn't|failed to) (?:pay attention|concentrate|care)",
    r"forgot(?:ten)? to|was distracted|got distracted",
    # German
    r"menschliche[srn]? (?:versagen|fehler|fehlverhalten|irrtum)",
    r"(?:bediener?|mitarbeiter|werker|anwender|personal|flüchtigkeits)fehler",
    r"fehler (?:des|der|eines|einer|vom|durch den|durch die) (?:mitarbeiter|bediener|werker|kollege|personal)\w*",
    r"unachtsam(?:keit)?|unaufmerksam(?:keit)?|unkonzentriert(?:heit)?|nachlässig(?:keit)?|fahrlässig(?:keit)?",
    r"leichtsinn(?:ig)?|schlamperei|schlampig|faulheit|unfähig(?:keit)?",
    r"(?:mangelnde|fehlende|zu wenig) (?:sorgfalt|aufmerksamkeit|disziplin|konzentration|motivation)",
    r"nicht aufgepasst|nicht achtgegeben|(?:hat|haben|wurde von \w+) vergessen",
    # French
    r"(?:erreur|faute|défaillance) humaine",
    r"(?:erreur|faute) (?:de l['’]|du |de la |d['’]une? )?(?:opérateur|opératrice|employée?|salariée?|personnel|collègue)",
    r"négligen(?:ce|te?)|inattenti(?:on|f|ve)|étourderie|insouciance|paresse|incompétence",
    r"manque (?:d['’]attention|de rigueur|de soin|de discipline|de concentration|de motivation)",
    r"a oublié de|ont oublié de|n['’]a pas fait attention",
)
_BLAME = re.compile(rf"(?<!\w)(?:{'|'.join(PHRASES)})(?!\w)", re.IGNORECASE)
SHORTEST_SURNAME = 4


def blames(text: str, names: Iterable[str] = ()) -> str | None:
    """The words in `text` that blame a person, or None. `names` are full names of people who work here.

    Surnames count as written with their capital, and only from four letters: “Frost” the person and the frost of a
    German sentence can't be told apart, so such a sentence needs other words.
    """
    if found := _BLAME.search(text):
        return found[0]
    for name in names:
        parts = name.split()
        surname = parts[-1] if len(parts) > 1 and len(parts[-1]) >= SHORTEST_SURNAME else ""
        if _mentions(text, name, re.IGNORECASE):
            return name
        if surname and _mentions(text, surname, re.NOFLAG):
            return surname
    return None


def _mentions(text: str, name: str, flags: re.RegexFlag) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?:['’]?s)?(?!\w)", text, flags) is not None
