"""What else could explain the change? What the series itself shows: spike, trend, volume, season, runs, gaps."""

from collections.abc import Sequence
from dataclasses import replace
from math import expm1, sqrt

from wellheard.ground import poisson
from wellheard.ground.effectiveness.effect import answers_in, exposure_of, value_of
from wellheard.ground.effectiveness.guards import Facts
from wellheard.ground.effectiveness.measuring import measure
from wellheard.ground.effectiveness.plan import Observation, Plan, position
from wellheard.ground.effectiveness.trend import CLEAR, PERIODS_AFTER, PERIODS_BEFORE, TrendCheck
from wellheard.ground.effectiveness.verdict import Guard
from wellheard.ground.effectiveness.windows import Windows
from wellheard.ground.effectiveness.words import level, number, percent

FEWEST_POINTS = 8
VOLUME_CHANGED = 0.3
PERIODS_IN_A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
# One-sided 5 % for the correlation of unrelated values is about this divided by the square root of their number.
RUNS_NOTICED = 1.645
RUNS_TOO_STRONG = 0.5


def trigger(facts: Facts) -> Guard:
    """A baseline that holds the bad month which raised the alarm makes any later month look better."""
    question = "Does the baseline hold the bad period that raised the alarm?"
    if facts.plan.trigger is None:
        return Guard("trigger", question, "unknown", "The plan doesn't say which event raised the alarm.")
    if not facts.windows.trigger_in_baseline:
        return Guard("trigger", question, "no", "The alarm was raised outside the baseline.")
    if facts.plan.trigger_excluded:
        return Guard("trigger", question, "no", "The period that raised the alarm counts neither before nor after.")
    why = "After an unusually bad period the next ones look better by chance alone: take it out of the baseline."
    return Guard("trigger", question, "yes", why, blocks=True)


def trend(facts: Facts) -> Guard:
    """Was it moving anyway? With a long series the step must stand beside the trend before it, too."""
    falls = facts.plan.direction == "down"
    question = f"Was it {'falling' if falls else 'rising'} anyway?"
    check = facts.trend
    if check is None:
        return Guard("trend", question, "unknown", "Too few periods before the action to see a trend.")
    better = check.slope > 0
    pace = _pace(facts.plan, check)
    was = f"It was already {'improving' if better else 'getting worse'} by {pace} a {facts.plan.period} before"
    if check.step is not None and models_disagree(facts):
        why = f"{was}; with this trend taken into account the answer is another one."
        return Guard("trend", question, "yes", why, blocks=True)
    if check.slope_p < CLEAR and better:
        if check.step is None:
            why = f"{was}, and the series is too short to tell the two apart."
            return Guard("trend", question, "yes", why, blocks=True)
        return Guard("trend", question, "perhaps", f"{was}, but the change goes beyond the trend.")
    if check.slope_p < CLEAR:
        return Guard("trend", question, "no", f"{was}.")
    flat = f"No clear trend over the {len(facts.windows.baseline)} periods before"
    if check.step is None:
        slow = f"but a slow one doesn't show in so few ({PERIODS_BEFORE} before and {PERIODS_AFTER} after would do)"
        return Guard("trend", question, "unknown", f"{flat}, {slow}.")
    return Guard("trend", question, "no", f"{flat}.")


def models_disagree(facts: Facts) -> bool:
    """Do the comparison of levels and the one beside a trend lead to different answers, for the reason of the trend?"""
    check, effect = facts.trend, facts.effect
    if check is None or check.step_low is None or check.step_high is None or effect is None:
        return False
    low, high = sorted((facts.plan.gain(effect.low), facts.plan.gain(effect.high)))
    if check.slope > 0:
        return low > 0 and check.step_low <= 0
    hidden = low <= 0 < check.step_low
    # What got worse is worse, and must be said, unless it clearly was on that way already.
    only_trend = high < 0 <= check.step_high and check.slope_p < CLEAR
    return check.slope < 0 and (hidden or only_trend)


def volume(facts: Facts) -> Guard:
    """Were there fewer occasions for it to happen?"""
    question = (
        "Were there fewer occasions for it?" if facts.plan.direction == "down" else "Were there more occasions for it?"
    )
    before, after = (_mean_volume(window) for window in (facts.windows.baseline, facts.windows.follow_up))
    if before is None or after is None:
        return Guard("volume", question, "unknown", "Nothing says how many occasions there were.")
    moved = after / before - 1
    per_period = f"a {facts.plan.period}"
    said = f"{percent(abs(moved))} {'more' if moved >= 0 else 'fewer'} {per_period} than before"
    said = f"As many {per_period} as before" if abs(moved) < 0.005 else said
    counted = ", and we count per occasion." if facts.plan.kind != "count" else "."
    if abs(moved) <= VOLUME_CHANGED:
        return Guard("volume", question, "no", said + counted)
    # The number of answers to a survey moves for many reasons; the guard for coverage looks at those.
    blocks = facts.plan.is_ratio
    why = f"{said}: so large a change often means other customers or other orders."
    return Guard("volume", question, "yes" if blocks else "perhaps", why, blocks=blocks)


def season(facts: Facts) -> Guard:
    """Is it the season? Compare the same periods of the year before, where they exist."""
    question = "Is it the season?"
    earlier, later = _same_periods(facts.plan, facts.windows)
    whole = facts.effect
    unknown = Guard("season", question, "unknown", "There is no year before to compare the same periods with.")
    if whole is None or not later or 2 * len(later) < len(facts.windows.follow_up):
        return unknown
    same = measure(facts.plan, _only(facts.windows, earlier, later))
    if same is None:
        return unknown
    gain = facts.plan.gain(same.value)
    said = (
        f"The same periods of the year: {level(facts.plan, same.before)} before, {level(facts.plan, same.after)} after."
    )
    if gain >= facts.plan.worthwhile_gain:
        return Guard("season", question, "no", said)
    if gain > 0 or facts.plan.gain(whole.value) <= 0:
        return Guard("season", question, "perhaps", said)
    return Guard("season", question, "yes", said, blocks=True)


def points(facts: Facts) -> Guard:
    """Are there enough periods to see how they scatter?"""
    question = "Are there too few measurements?"
    n = len(facts.windows.baseline) + len(facts.windows.follow_up)
    if n >= FEWEST_POINTS:
        return Guard("points", question, "no", f"{n} periods were measured.")
    said = f"Only {n} periods were measured; with fewer than {FEWEST_POINTS} their scatter can't be judged."
    # Events are judged by how their counts scatter between periods; answers carry their own scatter.
    blocks = facts.plan.is_ratio
    return Guard("points", question, "yes" if blocks else "perhaps", said, blocks=blocks)


def gaps(facts: Facts) -> Guard:
    """Are periods of the plan missing?"""
    question = "Are measurements missing?"
    missing = facts.windows.missing
    if missing == 0:
        return Guard("gaps", question, "no", "Every period of the plan that has ended was measured.")
    said = f"{missing} {'period' if missing == 1 else 'periods'} of the plan without a measurement."
    blocks = facts.plan.is_ratio
    return Guard("gaps", question, "yes" if blocks else "perhaps", said, blocks=blocks)


def runs(facts: Facts) -> Guard:
    """Do bad periods come in runs? Then each period tells less than it seems to."""
    question = "Do good and bad periods come in runs?"
    r, n = facts.lag_one, len(facts.windows.baseline) + len(facts.windows.follow_up)
    if r is None or n < FEWEST_POINTS:
        return Guard("runs", question, "unknown", "Too few periods to see.")
    said = f"Each period resembles the one before by {number(round(r, 2))} (0 is not at all, 1 wholly)"
    factor = widening(r, n)
    if r >= RUNS_TOO_STRONG:
        return Guard("runs", question, "yes", f"{said}: too much to trust the interval.", blocks=True)
    if factor == 1:
        return Guard("runs", question, "no", f"{said}.")
    if facts.effect is not None and facts.effect.method.id == "zero_events":
        return Guard("runs", question, "yes", f"{said}, and silence may be such a run.", blocks=True)
    return Guard("runs", question, "perhaps", f"{said}; the interval was made {percent(factor - 1)} wider for it.")


def widening(lag_one: float | None, periods: int) -> float:
    """By how much an interval must widen because neighbouring periods resemble each other: sqrt((1 + r) / (1 - r)).

    1 where the resemblance is within chance.
    """
    if lag_one is None or periods < FEWEST_POINTS or lag_one <= RUNS_NOTICED / sqrt(periods):
        return 1.0
    r = min(lag_one, 0.95)
    return sqrt((1 + r) / (1 - r))


def independence(facts: Facts) -> Guard:
    """The exact method takes events as independent; clusters (one bad batch, ten complaints) break it."""
    question = "Do the events come in clusters?"
    if facts.effect is None or facts.effect.method.id != "exact_rate_ratio":
        return Guard("independence", question, "no", "The interval allows for clusters.")
    groups = [
        ([float(each.count or 0) for each in window], [exposure_of(facts.plan, each) for each in window])
        for window in (facts.windows.baseline, facts.windows.follow_up)
    ]
    if poisson.clustering_p(*groups) < CLEAR:
        why = "They scatter more than independent events do, and there are too few to allow for it."
        return Guard("independence", question, "yes", why, blocks=True)
    return Guard("independence", question, "unknown", "The method for rare events assumes that they are independent.")


def _pace(plan: Plan, check: TrendCheck) -> str:
    if plan.is_ratio:
        sign = 1 if plan.direction == "up" else -1
        return percent(abs(expm1(sign * check.slope)))
    return f"{number(100 * abs(check.slope))} points" if plan.kind == "proportion" else number(abs(check.slope))


def _mean_volume(window: Sequence[Observation]) -> float | None:
    """Exposure a period, or the answers of a survey; None where it isn't known for every period."""
    known = [each.exposure if each.exposure is not None else _answers(each) for each in window]
    volumes = [each for each in known if each is not None]
    if not volumes or len(volumes) < len(known) or sum(volumes) == 0:
        return None
    return sum(volumes) / len(volumes)


def _answers(each: Observation) -> float | None:
    if each.counts is None:
        return None
    return float(sum(each.counts.values() if isinstance(each.counts, dict) else each.counts))


def _same_periods(plan: Plan, windows: Windows) -> tuple[list[Observation], list[Observation]]:
    """Pairs of the same period of the year, as two lists: the latest one before the follow-up, and the follow-up's."""
    if plan.period not in PERIODS_IN_A_YEAR:
        return [], []
    year = PERIODS_IN_A_YEAR[plan.period]
    slots = {
        round(position(each.period, plan.period)): each
        for each in windows.earlier
        if value_of(plan, each) is not None and answers_in(plan, each)
    }
    earlier, later = [], []
    for each in windows.follow_up:
        slot = round(position(each.period, plan.period)) - year
        while slot not in slots and slot >= min(slots, default=slot + 1):
            slot -= year
        if slot in slots:
            earlier.append(slots[slot])
            later.append(each)
    return earlier, later


def _only(windows: Windows, earlier: Sequence[Observation], later: Sequence[Observation]) -> Windows:
    return replace(windows, baseline=tuple({each.period: each for each in earlier}.values()), follow_up=tuple(later))
