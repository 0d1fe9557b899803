"""Which column is which: what the person said, else what headers and values show. Every guess is stated."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from wellheard.core.errors import Refusal
from wellheard.core.imports import Question as Asked
from wellheard.surveys.imports.profiles import Profile
from wellheard.surveys.models import QuestionKind

FIELDS = ("score", "csat", "comment", "answered_at", "segment", "external_id", "language", "email", "account", "site")
"""What a column can be, in `--map FIELD=COLUMN`. Every other column is kept as well, as a question of its own."""
READING = ("encoding", "delimiter", "sheet", "header_row")
ANSWERS = ("day_month_order", "time_zone", "import_again", "scale", *READING)
"""What is asked back, or can be corrected, and is said in the same way."""
NONE = ("", "-", "none")
SEGMENT_NAME = 100

_NPS = re.compile(r"\bnps\b|recommend|empfehl|recommand|likel(y|ihood)|wahrscheinlich|0\s*(-|–|to|bis|à)\s*10", re.I)
_SCORE = re.compile(r"\b(score|rate|rating|bewert\w*|note|punkt\w*|satisf\w*|zufrieden\w*|stars?|sterne)\b", re.I)
_CSAT = re.compile(r"satisf|zufrieden|\bcsat\b|stars?\b|sterne|étoiles|1\s*(-|–|to|bis|à)\s*5", re.I)
_NO_SCORE = re.compile(
    r"(\b|_)(id|ids|number|nr|no|age|year|month|week|quarter|qtr|row|index|phone|zip|plz|count|amount|price|duration"
    r"|response|respondent|customer)(\b|_|$)",
    re.I,
)
_COMMENT = re.compile(
    r"comment|\bwhy\b|reason|verbatim|\btext\b|feedback|remark|suggest|improve|kommentar|warum|grund|bemerkung|anregung"
    r"|commentaire|pourquoi|raison|tell us|other thoughts|in your own words",
    re.I,
)
_WHEN = re.compile(
    r"timestamp|zeitstempel|horodat|date|datum|\btime\b|submit|complet|respon|answer|created|received", re.I
)
_NOT_WHEN = re.compile(r"birth|\bdob\b|geburt|naissance|\bdue\b|start|begin|invit|sent|purchase|order.?date", re.I)
FORMS_FIRST = re.compile(
    r"timestamp|zeitstempel|horodateur|marca temporal|informazioni cronologiche|carimbo de data/hora|tijdstempel", re.I
)
_SEGMENT = re.compile(
    r"segment|group|gruppe|groupe|type|\btyp\b|kind|categor|kategorie|region|country|land\b|pays|product|produkt|produit"
    r"|plan\b|tier|class|industry|branche|channel|store|filiale|customer.?type",
    re.I,
)
_EXTERNAL = re.compile(r"(response|respondent|submission|answer)[ _-]?(id|nr|number|no)\.?", re.I)
_LANGUAGE = re.compile(r"(survey |user )?(language|sprache|langue|locale|lang)", re.I)
LANGUAGE_CODE = re.compile(r"[a-zA-Z]{2,3}([-_][a-zA-Z]{2,4})?")
_EMAIL = re.compile(r"e-?mail( ?address)?|mail|adresse e-?mail", re.I)
_ACCOUNT = re.compile(r"(account|company|customer|kunde|firma|client|entreprise)([ _]?name)?", re.I)
_SITE = re.compile(r"(site|location|standort|branch office)", re.I)
_CLASSES = {"promoter", "passive", "detractor", "promoters", "passives", "detractors", "neutral"}


@dataclass
class Columns:
    """Which column is which, by name. `further` are (column, kind) with a scale beside the headline; `words` and
    `details` are kept as questions in words; `guessed` names the fields that nobody said."""

    fields: dict[str, str] = field(default_factory=dict)
    kind: str = QuestionKind.NPS.value
    further: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)
    questions: list[Asked] = field(default_factory=list)
    beside: tuple[str, ...] = ("email", "account", "site")
    """Fields whose cells are also kept as the file has them: we may not know whom or what they name."""


def said(mapping: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """What the person said, made sure of: known fields, columns that are there. An empty column means: none."""
    fields = {}
    for name, column in mapping.items():
        if name in ANSWERS:
            continue
        if name not in FIELDS:
            raise Refusal(
                f"An answer has no field “{name}”. Nothing was imported; there is: {', '.join(FIELDS)}.", field=name
            )
        wanted = column.strip()
        if wanted.casefold() in NONE and wanted not in names:
            fields[name] = ""
            continue
        match = next((each for each in names if each == wanted), None) or next(
            (each for each in names if each.casefold() == wanted.casefold()), None
        )
        if match is None:
            raise Refusal(
                f"The file has no column “{column}”. Nothing was imported; there is: {', '.join(names)}.", field=name
            )
        fields[name] = match
    return fields


def recognise(profiles: Sequence[Profile], told: Mapping[str, str], answers: Mapping[str, str]) -> Columns:
    """Give every column its meaning."""
    found = Columns(fields={name: column for name, column in told.items() if column})
    by_name = {profile.name: profile for profile in profiles}

    def free() -> list[Profile]:
        taken = set(found.fields.values())
        return [profile for profile in profiles if profile.name not in taken]

    def guess(name: str, best: Profile | None) -> None:
        if name not in told and best is not None:
            found.fields[name] = best.name
            found.guessed.add(name)

    guess("answered_at", _first(free(), _when_rank))
    if "csat" in told and "score" not in told:
        found.fields["score"] = found.fields.pop("csat")
        found.kind = QuestionKind.CSAT.value
    else:
        guess("score", _first(free(), _score_rank))
        _decide_scale(found, by_name, answers)
    guess(
        "external_id", _first(free(), lambda each: 1.0 if _EXTERNAL.fullmatch(each.name) and each.is_numbering else 0)
    )
    guess("email", _first(free(), _email_rank))
    guess("language", _first(free(), _language_rank))
    guess("site", _first(free(), lambda each: 1.0 if _SITE.fullmatch(each.name) else 0))
    guess("account", _first(free(), lambda each: 1.0 if _ACCOUNT.fullmatch(each.name) and not each.scored else 0))
    guess("segment", _first(free(), _segment_rank))
    guess("comment", _first(free(), _comment_rank))
    if "score" not in told and "score" not in found.fields:
        choices = {profile.name: f"the column “{profile.name}”" for profile in free()} | {"none": "there is none"}
        found.questions.append(Asked("score", "No column looks like a score from 0 to 10. Which one is it?", choices))
    _share_out(found, free())
    spoken = by_name.get(found.fields.get("language", ""))
    if spoken is not None and not all(LANGUAGE_CODE.fullmatch(value.strip()) for value in spoken.values):
        found.beside = (*found.beside, "language")
    return found


def _share_out(found: Columns, rest: Sequence[Profile]) -> None:
    """Every column that is left is kept: as a further score, as words, or as a detail beside the answers."""
    if "csat" in found.fields:
        found.further.append((found.fields["csat"], QuestionKind.CSAT.value))
    for profile in rest:
        kind = _scale_of(profile)
        if _score_rank(profile) and kind:
            found.further.append((profile.name, kind))
        elif _comment_rank(profile):
            found.words.append(profile.name)
        else:
            found.details.append(profile.name)


def _decide_scale(found: Columns, by_name: Mapping[str, Profile], answers: Mapping[str, str]) -> None:
    """Is the headline 0 to 10 or 1 to 5? Where neither header nor values show it, that is a question."""
    name = found.fields.get("score")
    if name is None:
        return
    choices = {"0-10": "0 to 10, counted as NPS", "1-5": "1 to 5, counted as satisfied or not"}
    if answers.get("scale") in choices:
        found.kind = QuestionKind.NPS.value if answers["scale"] == "0-10" else QuestionKind.CSAT.value
        return
    kind = _scale_of(by_name[name])
    found.kind = kind or QuestionKind.NPS.value
    if not kind:
        found.questions.append(
            Asked("scale", f"No score in “{name}” is above {by_name[name].highest}. Which scale was it?", choices)
        )
    found.guessed.add("scale")


def _scale_of(profile: Profile) -> str:
    """The kind of question that a column of scores answers; empty when it could be either."""
    if _CSAT.search(profile.name) and profile.highest <= 5 and profile.lowest >= 1:
        return QuestionKind.CSAT.value
    if _NPS.search(profile.name) or profile.highest > 7 or profile.lowest == 0:
        return QuestionKind.NPS.value
    return ""


def _first(profiles: Sequence[Profile], rank: Callable[[Profile], float]) -> Profile | None:
    """The column of the highest rank; the first of several; none when every rank is zero."""
    best = max(profiles, key=rank, default=None)
    return best if best is not None and rank(best) > 0 else None


def _score_rank(profile: Profile) -> float:
    hint = 4.0 * bool(_NPS.search(profile.name)) + 2.0 * bool(_SCORE.search(profile.name) or _CSAT.search(profile.name))
    if not profile.scored or (not hint and (_NO_SCORE.search(profile.name) or profile.is_numbering)):
        return 0
    needed = 0.5 if hint else 0.95
    enough = hint or profile.scored >= 10
    return 1 + hint if profile.score_share >= needed and enough else 0


def _when_rank(profile: Profile) -> float:
    if profile.date_share < 0.8 or _NOT_WHEN.search(profile.name):
        return 0
    return 1.0 + 2 * bool(FORMS_FIRST.fullmatch(profile.name)) + bool(_WHEN.search(profile.name))


def _segment_rank(profile: Profile) -> float:
    """Few short values, each of them often, under a header that names a group; not the score's own class."""
    few = 2 <= len(profile.values) <= 30 and not profile.has_more_values and profile.filled >= 5 * len(profile.values)
    short = profile.longest <= SEGMENT_NAME and not profile.name.rstrip().endswith("?")
    classes = {value.strip().casefold() for value in profile.values} <= _CLASSES
    if not few or not short or classes or profile.score_share > 0.5 or not _SEGMENT.search(profile.name):
        return 0
    return 2.0 if re.search("segment", profile.name, re.I) else 1.0


def _comment_rank(profile: Profile) -> float:
    """Words of their own: a header that asks for them, or long and hardly ever the same."""
    if not profile.filled or profile.score_share > 0.5 or profile.date_share > 0.5:
        return 0
    classes = {value.strip().casefold() for value in profile.values} <= _CLASSES
    asks = bool(_COMMENT.search(profile.name))
    question = profile.name.rstrip().endswith("?")
    varied = profile.has_more_values or len(profile.values) > profile.filled / 2
    long = profile.mean_length >= 15 and varied and " " in next(iter(profile.values))
    if classes or not (asks or question or long):
        return 0
    return 8.0 * asks + min(profile.mean_length, 200) / 50


def _email_rank(profile: Profile) -> float:
    with_at = sum(number for value, number in profile.values.items() if re.fullmatch(r"\S+@\S+\.\S+", value.strip()))
    shown = sum(profile.values.values())
    return 1.0 if _EMAIL.fullmatch(profile.name) and shown and with_at >= 0.8 * shown else 0


def _language_rank(profile: Profile) -> float:
    codes = all(LANGUAGE_CODE.fullmatch(value.strip()) for value in profile.values)
    return 1.0 if _LANGUAGE.fullmatch(profile.name) and profile.filled and codes else 0
