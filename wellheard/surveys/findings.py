"""What a score says, in words: the finding first, then how sure it is. Numbers that prove nothing are not called better."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellheard.core.templatetags.ruler import certainty_in_words
from wellheard.core.templatetags.words import counted, in_words, number
from wellheard.ground.comparison import Difference, Estimate
from wellheard.surveys.models import QuestionKind
from wellheard.surveys.scores import NO_SCORE, Part, compare

FEW = 10
"""Fewer answers than this say next to nothing, whatever the interval."""
FEW_IN_GROUP = 30
SIGNAL_WORDS = {"better": "higher than the rest", "worse": "lower than the rest", "": "no real difference"}


@dataclass(frozen=True)
class Finding:
    """`headline` for the page, `sentence` in bold beside the score, `rest` after it, `tone` only for a proven change."""

    headline: str
    sentence: str
    rest: str
    tone: str = ""


def finding_of(kind: str, now: Estimate, before: Estimate | None = None, before_label: str = "") -> Finding:
    """What the score says, against the period before if there is one with answers."""
    if now.value is None:
        return Finding("Nobody has given a score yet", "No answers yet.", "")
    known = f"{value_words(kind, now)}, from {counted(now.n, 'answer,answers')}."
    if now.n < FEW:
        few = f"{_start(counted(now.n, 'answer,answers'))} {'is' if now.n == 1 else 'are'} too few to say"
        return Finding(few, f"{few}.", f"So far it is {known}")
    if before is None or before.value is None or before.n < FEW:
        return Finding(level(kind, now), f"{level(kind, now)}:", known)
    change = compare(kind, now, before)
    span = span_words(kind, change)
    who = "People recommend us" if kind == QuestionKind.NPS else "Customers are satisfied"
    if not change.is_real:
        return Finding(
            f"{who} as much as in {before_label}", f"No real change since {before_label}:", f"{known} {span}"
        )
    rose = (change.value or 0) > 0
    if kind == QuestionKind.NPS:
        headline = f"People recommend us {'more' if rose else 'less'} than in {before_label}"
    else:
        headline = f"{'More' if rose else 'Fewer'} customers are satisfied than in {before_label}"
    return Finding(
        headline,
        f"{'Rose' if rose else 'Fell'}, and not by chance, since {before_label}:",
        f"{known} {span}",
        "better" if rose else "worse",
    )


def level(kind: str, now: Estimate) -> str:
    """What a score says by itself: only what its interval allows."""
    if now.low is None or now.high is None:
        return "Too few to say"
    if kind == QuestionKind.NPS:
        if now.low > 0:
            return "More people recommend us than not"
        return "Fewer people recommend us than not" if now.high < 0 else "About as many people recommend us as not"
    if now.low > 50:
        return "Most customers are satisfied"
    return "Most customers are not satisfied" if now.high < 50 else "About half of the customers are satisfied"


def left_out_words(reason: str, count: int) -> str:
    """`32 without a score`, `2 left out as test`."""
    return f"{number(count)} without a score" if reason == NO_SCORE else f"{number(count)} left out: {reason}"


def value_words(kind: str, estimate: Estimate) -> str:
    """`41, give or take 6` or `87 % satisfied, give or take 4`."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "no answers"
    unit = "" if kind == QuestionKind.NPS else " % satisfied"
    return f"{number(estimate.value)}{unit}, {certainty_in_words(estimate.value, estimate.low, estimate.high, 0)}"


def span_words(kind: str, change: Difference) -> str:
    """How large the change may be: `The difference of 3 could be anything between −6 and 12.`"""
    if change.value is None or change.low is None or change.high is None:
        return ""
    unit = "" if kind == QuestionKind.NPS else " percentage points"
    verb = "lies" if change.is_real else "could be anything"
    return (
        f"The difference of {number(change.value)}{unit} {verb} between {number(change.low)} and {number(change.high)}."
    )


def segments_words(parts: Sequence[Part]) -> str:
    """Which groups truly differ from the rest."""
    high = [part.name for part in parts if part.name and part.signal == "better"]
    low = [part.name for part in parts if part.name and part.signal == "worse"]
    sentences = [f"Higher than the rest: {_listed(high)}."] if high else []
    sentences += [f"Lower than the rest: {_listed(low)}."] if low else []
    return " ".join(sentences) or "No group differs from the others beyond chance."


def few_words(parts: Sequence[Part]) -> str:
    """The groups about which there are too few answers to say anything."""
    few = [part for part in parts if part.name and part.estimate.n < FEW_IN_GROUP and not part.signal]
    if not few:
        return ""
    if len(few) == 1:
        return f"About {few[0].name} we know little: {counted(few[0].estimate.n, 'answer,answers')}."
    return f"{_start(in_words(len(few)))} groups have fewer than {FEW_IN_GROUP} answers: too few to say much."


def trend_words(parts: Sequence[Part], kind_of_period: str) -> str:
    """Whether any month (or quarter) stands out from the others."""
    if len(parts) < 2:
        return f"One {kind_of_period} of answers: nothing to compare it with yet."
    found = [part for part in parts if part.signal]
    if not found:
        return f"No {kind_of_period} stands out."
    sentences = []
    for signal, words in (("better", "higher"), ("worse", "lower")):
        names = [part.name for part in found if part.signal == signal]
        if names:
            sentences.append(
                f"{_listed(names)} {_plural(names, 'was', 'were')} {words} than the rest, and not by chance."
            )
    return " ".join(sentences)


def spread_words(kind: str, estimate: Estimate, counts: Sequence[int]) -> tuple[str, str]:
    """What was given most, and how the score follows from it."""
    if not estimate.n:
        return "Nobody has given a score yet.", ""
    top, base = (sum(counts[9:]), "a 9 or a 10") if kind == QuestionKind.NPS else (counts[4] + counts[5], "a 4 or a 5")
    first = f"{_share(top, estimate.n)} gave {base}."
    if kind != QuestionKind.NPS:
        return first, f"{number(top)} of {number(estimate.n)} makes {number(estimate.value)} %."
    promoters, passives, detractors = (estimate.counts[each] for each in ("promoters", "passives", "detractors"))
    return first, (
        f"{number(promoters)} promoters, {number(passives)} in between, {number(detractors)} detractors: "
        f"({number(promoters)} − {number(detractors)}) of {number(estimate.n)} makes {number(estimate.value)}."
    )


def _share(part: int, whole: int) -> str:
    if part in (0, whole):
        return "Everyone" if part else "Nobody"
    share = number(100 * part / whole)
    # Of a thousand, one is neither nobody nor “0 of 100”.
    return {"0": "Hardly anyone", "100": "Nearly everyone"}.get(share, f"{share} of 100")


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {in_words(len(names) - 3)} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plural(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many


def _start(words: str) -> str:
    return words[:1].upper() + words[1:]
