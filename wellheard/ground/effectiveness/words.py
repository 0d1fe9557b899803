"""Numbers and changes in plain words."""

from datetime import date

from wellheard.ground.effectiveness.plan import Plan


def number(value: float) -> str:
    """A number with as many digits as people can use: 1,950, 31, 9.8, 0.49."""
    size = abs(value)
    if size >= 100 or size == 0:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:.2g}" if size >= 0.001 else f"{value:.1e}"


def percent(share: float) -> str:
    """A share in per cent: 4 %, 0.4 %."""
    size = 100 * share
    return f"{size:.0f} %" if abs(size) >= 1 or size == 0 else f"{size:.1g} %"


def day(when: date) -> str:
    """A date as it is spoken: 1 November 2026."""
    return f"{when.day} {when:%B %Y}"


def level(plan: Plan, value: float) -> str:
    """A level without its unit: 9.8, or 68 % for a proportion."""
    return percent(value) if plan.kind == "proportion" else number(value)


def change(plan: Plan, effect: float) -> str:
    """An effect as people say it: "51 % fewer", "12 points more", "no change"."""
    if plan.is_ratio:
        if effect == 1:
            return "no change"
        if effect >= 3:
            return f"{number(effect)} times as many"
        return f"{percent(abs(effect - 1))} {'fewer' if effect < 1 else 'more'}"
    if effect == 0:
        return "no change"
    size = abs(effect) * (100 if plan.kind == "proportion" else 1)
    unit = "" if plan.kind == "mean" else " point" if number(size) == "1" else " points"
    return f"{number(size)}{unit} {'less' if effect < 0 else 'more'}"


def worthwhile(plan: Plan) -> str:
    """The agreed minimum: "at least 33 % fewer"."""
    size = plan.smallest_worthwhile
    effect = size if plan.is_ratio or plan.direction == "up" else -size
    said = change(plan, effect)
    return "any improvement" if said == "no change" else f"at least {said}"


def what_happened(plan: Plan, before: float, after: float, effect: float, low: float, high: float) -> str:
    """ "Complaints fell from 9.8 to 4.7 per 1,000 orders: 51 % fewer (between 64 % fewer and 35 % fewer)"."""
    # Two levels that read the same did not visibly move, whatever the digits behind say.
    unmoved = level(plan, before) == level(plan, after)
    verb = "stayed at" if unmoved else "fell" if after < before else "rose"
    levels = level(plan, before) if verb == "stayed at" else f"from {level(plan, before)} to {level(plan, after)}"
    unit = f" {plan.unit}" if plan.unit else ""
    name = plan.measure[:1].upper() + plan.measure[1:]
    if plan.is_ratio and before == 0:
        # A ratio to nothing says nothing.
        return f"{name} {verb} {levels}{unit}."
    sureness = f"between {change(plan, low)} and {change(plan, high)}"
    return f"{name} {verb} {levels}{unit}: {change(plan, effect)} ({sureness})."
