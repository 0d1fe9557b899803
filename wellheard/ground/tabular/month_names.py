"""Names of months as exports write them: English, German, French, Spanish, Italian, Dutch and Portuguese."""

from wellheard.ground.text.normalise import search_words

_NAMES = (
    "january januar jaenner janner janvier enero gennaio januari janeiro jan janv ene gen",
    "february februar fevrier febrero febbraio februari fevereiro feb fev fevr",
    "march marz maerz mars marzo maart marco mar mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio mei maio mag",
    "june juni juin junio giugno junho jun giu",
    "july juli juillet julio luglio julho jul juil lug",
    "august aout agosto augustus aug ago",
    "september septembre septiembre settembre setembro sep sept set",
    "october oktober octobre octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december dezember decembre diciembre dicembre dezembro dec dez dic",
)
_NUMBERS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}


def month_number(name: str) -> int | None:
    """Which month that is, from 1; accents and case don't matter. None when it is no month."""
    words = search_words(name)
    return _NUMBERS.get(words[0]) if len(words) == 1 else None
