"""Do our actions help? Counted from signed verdicts."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from wellheard.ground.effectiveness import Observation, Period
from wellheard.ground.periods import period_of
from wellheard.improvement.actions.shared import day_at
from wellheard.improvement.models import Verdict
from wellheard.measures.catalogue import Indicator, Scope, register
from wellheard.measures.scopes import site_field

ONE_DAY = timedelta(days=1)


def worked(scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]:
    """Actions that worked among those whose verdict was signed in the period; periods without a signature are left out."""
    # A day of margin on both sides: which day it was is asked of the site at which it was signed, for every reader alike.
    begin, end = (datetime.combine(day, time(), tzinfo=UTC) for day in (first - ONE_DAY, last + 2 * ONE_DAY))
    signed = Verdict.objects.filter(signature__at__gte=begin, signature__at__lt=end).select_related(
        "action__site", "signature"
    )
    if scope.get("site"):
        signed = signed.filter(action__site_id=scope["site"])
    every: Counter[date] = Counter()
    helped: Counter[date] = Counter()
    for verdict in signed.defer("result"):
        on = day_at(verdict.signature.at, verdict.action.site) if verdict.signature is not None else first - ONE_DAY
        if first <= on <= last:
            month = period_of(period, on).first
            every[month] += 1
            helped[month] += verdict.signed_word == "effective"
    return [Observation(month, count=helped[month], exposure=every[month]) for month in sorted(every) if month >= first]


register(
    Indicator(
        key="improvement.actions_worked",
        title="Actions that worked",
        kind="proportion",
        direction="up",
        series=worked,
        events="actions that worked",
        base="actions with a signed verdict",
        measure="actions that worked",
        what="Corrective actions that worked, among all whose verdict was signed. “Cannot tell” counts as not worked.",
        scopes=lambda: (site_field(),),
    )
)
