"""What people type about interested parties and their needs, made clean."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from wellheard.core.models import Member, Site
from wellheard.customers.actions.parties import months_after
from wellheard.customers.forms.directory import WatchedForm
from wellheard.customers.forms.members import who_can_look_after
from wellheard.customers.models import InterestedParty, PartyNeed
from wellheard.measures import catalogue
from wellheard.measures.catalogue import Indicator

STRENGTHS = [("", "Not said"), ("1", "1, little"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, very much")]


def _sentence_case(choices: Any) -> list[tuple[str, str]]:
    return [(value, f"{label}"[:1].upper() + f"{label}"[1:]) for value, label in choices]


class PartyForm(WatchedForm):
    """What we know about a party."""

    name = forms.CharField(
        max_length=200, help_text="As precise as you speak of them: “Market surveillance of Saxony”."
    )
    sort = forms.ChoiceField(label="What they are")
    why_relevant = forms.CharField(
        required=False,
        max_length=2000,
        label="Why they concern us",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    influence = forms.TypedChoiceField(
        required=False, choices=STRENGTHS, coerce=int, empty_value=None, label="Their influence on what we deliver"
    )
    interest = forms.TypedChoiceField(
        required=False, choices=STRENGTHS, coerce=int, empty_value=None, label="Their interest in what we deliver"
    )
    owner = forms.ModelChoiceField(
        Member.objects.none(),
        required=False,
        label="Looked after by",
        empty_label="Nobody yet",
        help_text="They get the task when a review is due.",
    )
    review_every_months = forms.IntegerField(
        label="Looked at again every … months", min_value=1, max_value=60, initial=12
    )
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="Every site")

    def __init__(self, *args: Any, member: Member, is_segment: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = who_can_look_after(member, self.initial.get("owner"))  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        if is_segment:
            # The entry of a segment bears the segment's name.
            del self.fields["name"], self.fields["sort"]
        else:
            sorts = [each for each in InterestedParty.Sort.choices if each[0] != InterestedParty.Sort.SEGMENT]
            self.fields["sort"].choices = _sentence_case(sorts)  # type: ignore[attr-defined]

    @staticmethod
    def from_party(party: InterestedParty) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "name": party.name,
            "sort": party.sort,
            "why_relevant": party.why_relevant,
            "influence": party.influence,
            "interest": party.interest,
            "owner": party.owner_id,
            "review_every_months": party.review_every_months,
            "site": party.site_id,
        }


class NewNeedForm(forms.Form):
    """A need in seconds; the decisions about it can follow."""

    words = forms.CharField(max_length=2000, label="What they need or expect", widget=forms.Textarea(attrs={"rows": 2}))


class NeedForm(WatchedForm):
    """A need with what is decided about it."""

    words = forms.CharField(max_length=2000, label="What they need or expect", widget=forms.Textarea(attrs={"rows": 3}))
    standing = forms.ChoiceField(label="Why we take it up", choices=_sentence_case(PartyNeed.Standing.choices))
    is_relevant = forms.BooleanField(required=False, label="It concerns our quality system")
    relevance_reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Why it does, or does not",
        help_text="Needed when it does not.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    through = forms.ChoiceField(
        label="Is it met through the quality system?",
        choices=_sentence_case(PartyNeed.Through.choices),
        help_text="The edition of 2026 asks for this decision about each need.",
    )
    through_reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Why not through it",
        help_text="Needed when it is not met through the quality system.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    addressed_by = forms.CharField(
        required=False,
        max_length=2000,
        label="How it is met",
        help_text="The process, the objective or the control that meets it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    monitored_by = forms.CharField(
        required=False,
        max_length=2000,
        label="How we find out whether it is met",
        help_text="In words. An indicator with a target is chosen on the page of the need.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_about_climate = forms.BooleanField(required=False, label="They ask for it because of climate change")
    owner = forms.ModelChoiceField(
        Member.objects.none(), required=False, label="Looked after by", empty_label="Whoever looks after the party"
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = who_can_look_after(member, self.initial.get("owner"))  # type: ignore[attr-defined]

    @staticmethod
    def from_need(need: PartyNeed) -> dict[str, Any]:
        """What the form begins with."""
        names = (
            "words",
            "standing",
            "is_relevant",
            "relevance_reason",
            "through",
            "through_reason",
            "addressed_by",
            "monitored_by",
            "is_about_climate",
        )
        return {name: getattr(need, name) for name in names} | {"owner": need.owner_id}


class IndicatorForm(forms.Form):
    """Which indicator shows it; sent as a question, so that its own choices can be shown next."""

    indicator = forms.ChoiceField(required=False, label="Indicator")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.key, each.title) for each in catalogue.every()]
        self.fields["indicator"].choices = [("", "None: a person judges it at each review"), *offered]  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """Of whom the indicator speaks, and from which value the need is met. Shares are typed in per cent."""

    target = forms.DecimalField(
        required=False, max_digits=12, decimal_places=4, min_value=Decimal("-1000000"), max_value=Decimal("10000000")
    )

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        way = "at least" if indicator.direction == "up" else "at most"
        unit = "per cent" if indicator.kind == "proportion" else indicator.unit or indicator.events
        self.fields["target"].label = f"It is met with {way}"
        self.fields["target"].help_text = f"In {unit}. Without a target nobody can say whether it is met."
        self.scope_keys = []
        for each in indicator.scopes():
            name = f"scope_{each.key}"
            choices = list(each.choices) if each.required else [("", "All"), *each.choices]
            self.fields[name] = forms.ChoiceField(label=each.title, choices=choices, required=each.required)
            self.scope_keys.append(each.key)
        self.order_fields([*(f"scope_{key}" for key in self.scope_keys), "target"])

    def scope(self) -> dict[str, str]:
        """What was chosen of the indicator's choices."""
        said = {key: self.cleaned_data.get(f"scope_{key}", "") for key in self.scope_keys}
        return {key: value for key, value in said.items() if value}

    def wanted(self) -> Decimal | None:
        """The target in the unit of the indicator: a share lies between 0 and 1."""
        value: Decimal | None = self.cleaned_data["target"]
        return value / 100 if value is not None and self.indicator.kind == "proportion" else value

    @staticmethod
    def from_need(need: PartyNeed, indicator: Indicator) -> dict[str, Any]:
        """What the form begins with."""
        if need.indicator != indicator.key:
            return {}
        target = need.target
        if target is not None and indicator.kind == "proportion":
            target = target * 100
        shown = None if target is None else Decimal(format(target.normalize(), "f"))
        return {f"scope_{key}": value for key, value in need.indicator_scope.items()} | {"target": shown}


class ClimateForm(forms.Form):
    """The decision about climate change."""

    climate = forms.ChoiceField(
        label="Do they ask for something because of climate change?",
        widget=forms.RadioSelect,
        choices=[("relevant", "Yes, they do"), ("not_relevant", "No, nothing that concerns us")],
    )
    climate_reason = forms.CharField(max_length=2000, label="Why we think so", widget=forms.Textarea(attrs={"rows": 2}))


class RetireForm(forms.Form):
    """Why a party no longer concerns us."""

    reason = forms.CharField(max_length=500, label="Why they no longer concern us")


class ReviewForm(forms.Form):
    """What was found when the party was looked at again. Needs without an indicator are judged by a person."""

    conclusion = forms.CharField(
        max_length=5000,
        label="What you found, and what you decide",
        help_text="What changed in what they need, what is not met, and what follows from it.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    next_review_on = forms.DateField(
        label="Look again on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, party: InterestedParty, needs: list[PartyNeed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_review_on"].initial = months_after(timezone.localdate(), party.review_every_months)
        self.judged_needs = [need for need in needs if not need.indicator and need.is_relevant]
        choices = _sentence_case(PartyNeed.Met.choices)
        for need in self.judged_needs:
            self.fields[f"judged_{need.pk}"] = forms.ChoiceField(
                label=f"“{need}”", choices=choices, required=False, initial=need.judged
            )
        self.order_fields([*(f"judged_{need.pk}" for need in self.judged_needs), "conclusion", "next_review_on"])

    def judged(self) -> dict[int, str]:
        """By need: what a person found."""
        return {need.pk: self.cleaned_data.get(f"judged_{need.pk}", "") for need in self.judged_needs}
