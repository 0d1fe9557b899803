"""The form of a plan: months and plain words, turned into what `plan_effectiveness` wants."""

from datetime import date
from typing import Any

from django import forms

from wellheard.core.models import Member
from wellheard.ground.periods import Period, month_of, parse
from wellheard.improvement.forms import LINES, DayInput, members_for
from wellheard.improvement.models import CorrectiveAction, EffectivenessPlan
from wellheard.improvement.words import months_long, worthwhile_choices
from wellheard.measures.catalogue import Indicator

MONTHS_BACK, MONTHS_AHEAD = 36, 12


class PlanForm(forms.Form):
    """How we will know that it worked. The measure is chosen before, since everything here depends on it."""

    baseline_last = forms.ChoiceField(
        label="The months before end with", help_text="Leave out the month that raised the alarm."
    )
    baseline_months = forms.IntegerField(
        label="How many months before",
        min_value=3,
        max_value=60,
        initial=12,
        help_text="Six at least; twelve show the season.",
    )
    settling_months = forms.IntegerField(
        label="Months to leave out while it settles in", min_value=0, max_value=24, initial=1
    )
    follow_up_months = forms.IntegerField(label="How many months after", min_value=1, max_value=60, initial=6)
    trigger_on = forms.DateField(
        label="The day that raised the alarm",
        required=False,
        widget=DayInput(),
        help_text="Its month counts neither before nor after.",
    )
    smallest_worthwhile = forms.ChoiceField(label="It was worth it if there are")
    verifier = forms.ModelChoiceField(
        queryset=Member.objects.get_queryset().none(),
        label="Who verifies it",
        help_text="Not the owner: nobody judges their own action.",
    )
    reason = forms.CharField(label="Why the locked plan is replaced", widget=LINES)

    def __init__(
        self, data: Any, *, action: CorrectiveAction, indicator: Indicator, member: Member, today: date
    ) -> None:
        plan = action.draft or action.plan
        known = plan if plan is not None and plan.indicator == indicator.key else None
        super().__init__(data, initial=_initial(known, today))
        this = month_of(today)
        months = [this.shifted(step) for step in range(-MONTHS_BACK, MONTHS_AHEAD + 1)]
        if known is not None and month_of(known.baseline_to) not in months:
            months.append(month_of(known.baseline_to))
        self._choices("baseline_last", [(month.code, str(month)) for month in sorted(months, reverse=True)])
        choices = worthwhile_choices(indicator.kind, indicator.direction)
        if known is not None and f"{known.smallest_worthwhile:.4f}" not in dict(choices):
            choices.append((f"{known.smallest_worthwhile:.4f}", f"a change to {known.smallest_worthwhile} as agreed"))
        self._choices("smallest_worthwhile", choices)
        if indicator.kind in ("rate", "count") and known is None:
            self.initial["smallest_worthwhile"] = "0.6667" if indicator.direction == "down" else "1.2500"
        verifier = self.fields["verifier"]
        assert isinstance(verifier, forms.ModelChoiceField)  # noqa: S101  declared above
        verifier.queryset = members_for(member).exclude(pk=action.owner_id)
        self.scope_fields = []
        for field in indicator.scopes():
            name = f"scope_{field.key}"
            everything = [] if field.required else [("", "all")]
            self.fields[name] = forms.ChoiceField(
                label=field.title,
                choices=[*everything, *field.choices],
                required=field.required,
                initial=known.scope.get(field.key, "") if known is not None else "",
            )
            self.scope_fields.append(field.key)
        self.order_fields([f"scope_{key}" for key in self.scope_fields])
        if action.plan is None:
            del self.fields["reason"]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  only called for choices
        field.choices = choices

    def values(self) -> dict[str, Any]:
        """What `plan_effectiveness` is told."""
        data = self.cleaned_data
        last: Period = parse(data["baseline_last"])
        follow_up = last.shifted(1 + data["settling_months"])
        return {
            "baseline_from": last.shifted(1 - data["baseline_months"]).first,
            "baseline_to": last.last,
            "settling_until": follow_up.previous.last if data["settling_months"] else None,
            "follow_up_from": follow_up.first,
            "follow_up_to": follow_up.shifted(data["follow_up_months"] - 1).last,
            "trigger_on": data["trigger_on"],
            "smallest_worthwhile": data["smallest_worthwhile"],
            "verifier": data["verifier"],
            "scope": {key: data[f"scope_{key}"] for key in self.scope_fields if data[f"scope_{key}"]},
            "reason": data.get("reason", ""),
        }


def _initial(plan: EffectivenessPlan | None, today: date) -> dict[str, Any]:
    if plan is None:
        return {"baseline_last": month_of(today).previous.code}
    settling = months_long(plan.baseline_to, plan.follow_up_from) - 2
    return {
        "baseline_last": month_of(plan.baseline_to).code,
        "baseline_months": months_long(plan.baseline_from, plan.baseline_to),
        "settling_months": settling,
        "follow_up_months": months_long(plan.follow_up_from, plan.follow_up_to),
        "trigger_on": plan.trigger_on,
        "smallest_worthwhile": f"{plan.smallest_worthwhile:.4f}",
        "verifier": plan.verifier_id,
        "reason": plan.reason,
    }
