"""Do our actions help? Counted from signed verdicts."""

from collections import Counter
from datetime import date

from wellheard.ground.effectiveness import Observation, Period
from wellheard.ground.periods import period_of
from wellheard.improvement.models import Verdict
from wellheard.measures.catalogue import Indicator, Scope, register
from wellheard.measures.scopes import site_field


def worked(scope: Scope, first: date, last: date, period: Period = "month") -> list[Observation]:
    """Actions that worked among those whose verdict was signed in the period; periods without a signature are left out."""
    signed = Verdict.objects.filter(signature__at__date__gte=first, signature__at__date__lte=last)
    if scope.get("site"):
        signed = signed.filter(action__site_id=scope["site"])
    every: Counter[date] = Counter()
    helped: Counter[date] = Counter()
    for word, at in signed.values_list("signed_word", "signature__at"):
        month = period_of(period, at.date()).first
        every[month] += 1
        helped[month] += word == "effective"
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
