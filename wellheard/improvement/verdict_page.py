"""What the page of a verdict shows: its chart, how sure we are, the doubts, and how it was computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wellheard.core.templatetags.words import counted
from wellheard.ground import effectiveness
from wellheard.ground.effectiveness.words import day, number
from wellheard.ground.periods import month_of
from wellheard.improvement.models import EffectivenessPlan, Verdict
from wellheard.measures import catalogue

DOUBTS = {"no": ("no", ""), "perhaps": ("perhaps", "wait"), "yes": ("yes", "wait"), "unknown": ("not known", "")}
ALWAYS_SHOWN = {"trend", "volume", "season", "recurrence", "other_changes"}
WORKINGS = {
    "periods_before": "Months before",
    "periods_after": "Months after",
    "dispersion": "Scatter of the months (1: as chance would have it)",
    "lag_one": "How much neighbouring months resemble each other (−1 to 1)",
    "widened_by": "Interval made wider for that, times",
    "trend_gain_per_period": "Improvement a month before the action",
    "trend_p": "Chance of such a trend without any",
    "step_gain": "Step beyond that trend",
    "step_gain_low": "… at the least",
    "step_gain_high": "… at the most",
    "agreed_gain": "Agreed minimum on the same scale",
}


@dataclass(frozen=True)
class Chart:
    """For `<c-chart kind="effect">`."""

    sentence: str
    rest: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    data: dict[str, float]


@dataclass(frozen=True)
class Sureness:
    """For `<c-score-ruler>`: the change with its interval and the agreed minimum."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    smallest: float
    largest: float
    agreed: float
    tone: str
    sentence: str
    decimals: int


def nouns_of(plan: EffectivenessPlan) -> tuple[str, str]:
    """What was counted and what it is divided by, as the catalogue calls them now."""
    try:
        indicator = catalogue.get(plan.indicator)
    except catalogue.UnknownIndicator:
        return "events", "occasions"
    return indicator.events, indicator.base


def chart_of(verdict: Verdict) -> Chart:
    """The series with its three windows; the sentence says how many months lie on the better side."""
    result, plan = verdict.result, verdict.plan
    factor = 100 if plan.counted_as == "proportion" else 1
    events, base = nouns_of(plan)
    rows = [_row(each, plan, factor) for each in result["chart"]]
    columns: list[dict[str, Any]] = [{"name": "month", "label": "Month"}, {"name": "phase", "label": "Window"}]
    if plan.counted_as in ("rate", "proportion"):
        columns.append({"name": "exposure", "label": base.capitalize(), "numeric": True})
    if plan.counted_as in ("rate", "proportion", "count"):
        columns.append({"name": "count", "label": events.capitalize(), "numeric": True})
    unit = "per cent" if plan.counted_as == "proportion" else plan.unit or "value"
    columns += [
        {"name": "value", "label": unit, "numeric": True},
        {"name": "low", "label": "expected from", "numeric": True},
        {"name": "high", "label": "to", "numeric": True},
    ]
    low, high = result["after_interval"] or (None, None)
    data = {"before": result["before"], "after": result["after"], "after_low": low, "after_high": high}
    return Chart(
        sentence=_finding(result, plan),
        rest=_rest(result, plan, events),
        columns=columns,
        rows=rows,
        data={name: round(factor * value, 4) for name, value in data.items() if value is not None},
    )


def _row(each: Mapping[str, Any], plan: EffectivenessPlan, factor: int) -> dict[str, Any]:
    month = month_of(date.fromisoformat(each["period"]))
    phase: Any = each["phase"]
    if phase == "trigger":
        # The picture knows three windows; the table says which month of them was left out.
        inside = plan.baseline_from < month.first <= plan.baseline_to
        phase = {"value": "baseline", "text": "left out"} if inside else "settling in"
    row = {"month": month.short, "phase": phase, "count": each["count"], "exposure": each["exposure"]}
    for name, source in (("value", "value"), ("low", "expected_low"), ("high", "expected_high")):
        row[name] = None if each[source] is None else round(factor * each[source], 4)
    return row


def _finding(result: Mapping[str, Any], plan: EffectivenessPlan) -> str:
    after = [each["value"] for each in result["chart"] if each["phase"] == "follow-up" and each["value"] is not None]
    before = result["before"]
    if not after or before is None:
        return "Nothing is measured after the change yet."
    side = "below" if plan.direction == "down" else "above"
    better = sum(value < before if plan.direction == "down" else value > before for value in after)
    line = "the line that the time before led us to expect"
    if better == len(after):
        return f"Every month since then lies {side} {line}."
    if better == 0:
        return f"No month since then lies {side} {line}."
    return f"{better} of {counted(len(after), 'month,months')} since then lie {side} {line}."


def _rest(result: Mapping[str, Any], plan: EffectivenessPlan, events: str) -> str:
    said = []
    avoided = result["avoided"]
    if avoided is not None and abs(avoided) >= 1:
        said.append(f"That makes about {number(round(abs(avoided)))} {events} {'fewer' if avoided > 0 else 'more'}.")
    if result["after_interval"]:
        said.append("The bands show how sure we are of the two averages.")
    if plan.trigger_on is not None:
        said.append(f"{month_of(plan.trigger_on)} raised the alarm; it counts neither before nor after.")
    return " ".join(said)


def sureness_of(verdict: Verdict) -> Sureness:
    """The ratio or the difference on a ruler, with what was agreed."""
    result, plan = verdict.result, verdict.plan
    is_ratio = result["scale"] == "ratio"
    factor = 100 if plan.counted_as == "proportion" else 1
    value, low, high = (
        None if each is None else factor * each for each in (result["effect"], result["low"], result["high"])
    )
    agreed = factor * float(plan.smallest_worthwhile)
    if not is_ratio and plan.direction == "down":
        agreed = -agreed
    known = [abs(each) for each in (value, low, high, agreed) if each is not None]
    if is_ratio:
        smallest, largest, decimals = 0.0, max(1.5, *(_upwards(each) for each in known)), 2
        events, _ = nouns_of(plan)
        name = f"Times as many {events} as before"
    else:
        largest = _upwards(max(known) * 1.1)
        smallest, decimals = -largest, 1 if largest < 10 else 0
        name = "Points of difference" if plan.counted_as in ("proportion", "nps") else "Difference"
    return Sureness(
        name=name,
        value=value,
        low=low,
        high=high,
        smallest=smallest,
        largest=largest,
        agreed=agreed,
        tone={"effective": "better", "worse": "worse"}.get(verdict.stands, ""),
        sentence=_certainty(plan, value, low, high, agreed, 1.0 if is_ratio else 0.0),
        decimals=decimals,
    )


def _upwards(value: float) -> float:
    """The next round number: 0.5, 1, 1.5, 2, 3, 5, 10, 20 …"""
    for step in (0.5, 1, 1.5, 2, 3, 4, 5, 10, 15, 20, 30, 50, 100, 200):
        if value <= step:
            return float(step)
    return value


def _certainty(
    plan: EffectivenessPlan,
    value: float | None,
    low: float | None,
    high: float | None,
    agreed: float,
    no_change: float,
) -> str:
    none = f"{no_change:g} would mean no change."
    if value is None or low is None or high is None:
        return f"{none} There is no upper or no lower bound: too little was measured."
    falls = agreed < no_change or (agreed == no_change and plan.direction == "down")
    side = "below" if falls else "above"
    nearest, farthest = (high, low) if falls else (low, high)
    minimum = f"the {number(agreed)} that we agreed on"

    def beyond(end: float, mark: float) -> bool:
        return end < mark if falls else end > mark

    if beyond(nearest, agreed):
        return f"{none} The whole interval lies {side} {minimum}."
    if beyond(nearest, no_change):
        reached = (
            "The best estimate reaches"
            if beyond(value, agreed) or value == agreed
            else "The best estimate falls short of"
        )
        return f"{none} The whole interval lies on the better side of it. {reached} {minimum}."
    if not beyond(farthest, agreed):
        return f"{none} Even the best end of the interval falls short of {minimum}."
    return f"{none} The interval holds it, and {minimum} as well: both are possible."


def doubts_of(verdict: Verdict) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The guards as rows (question, answer in a word, explanation): those to read, and the others, which are ruled out."""
    shown: list[dict[str, str]] = []
    ruled_out: list[dict[str, str]] = []
    for guard in verdict.result["guards"]:
        state, tone = DOUBTS[guard["state"]]
        if guard["overridden"]:
            state, tone = "set aside", ""
        row = {"title": guard["question"], "state": state, "tone": tone, "note": guard["explanation"]}
        is_read = guard["id"] in ALWAYS_SHOWN or guard["state"] != "no"
        (shown if is_read else ruled_out).append(row)
    return shown, ruled_out


def open_doubts(verdict: Verdict) -> list[tuple[str, str]]:
    """The doubts that stand in the way or were set aside: what the verifier may give reasons about."""
    return [
        (guard["id"], guard["question"])
        for guard in verdict.result["guards"]
        if (guard["blocks"] or guard["overridden"]) and guard["id"] != "recurrence"
    ]


def workings_of(verdict: Verdict) -> list[dict[str, str]]:
    """The numbers on the way to the verdict, as label and value."""
    result = verdict.result
    facts = []
    for name, label in WORKINGS.items():
        value = result["workings"].get(name)
        if isinstance(value, int | float):
            facts.append({"label": label, "value": number(value)})
    return [
        *facts,
        {"label": "Judged as of", "value": day(date.fromisoformat(result["inputs"]["today"]))},
        {"label": "Computed by", "value": f"Wellheard {verdict.code_version}, engine {verdict.engine}"},
    ]


def method_of(verdict: Verdict) -> str:
    """The method in a sentence or two."""
    method = verdict.result["method"]
    return str(method["sentence"]) if method else "There was nothing to compare."


def is_recomputed_alike(verdict: Verdict) -> bool:
    """Does computing it again from its inputs give the same, number for number?"""
    try:
        again = effectiveness.recompute(verdict.result["inputs"])
    except (ValueError, KeyError, TypeError):
        return False
    return bool(again.to_json() == verdict.result)
