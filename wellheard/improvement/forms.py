"""What people type about causes, actions and verdicts, made clean."""

from collections.abc import Sequence
from typing import Any

from django import forms

from wellheard.core.actors import MEMBER_ROLES, Role
from wellheard.core.models import Member, Site
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, Why

LINES = forms.Textarea(attrs={"rows": 3})


def members_for(member: Member) -> Any:
    """Who may own or verify something: everyone who works here; auditors only look."""
    rows = Member.objects.get_queryset().visible_to(member)
    roles = [role for role in MEMBER_ROLES if role != Role.AUDITOR]
    return rows.filter(is_active=True, grants__role__in=roles).distinct().order_by("name")


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PlacedForm(forms.Form):
    """A form that says at which site and whose: the choices are those of the member who fills it in."""

    site = forms.ModelChoiceField(queryset=Site.objects.none(), label="Site", required=False, empty_label="every site")
    owner = forms.ModelChoiceField(queryset=Member.objects.get_queryset().none(), label="Owner")

    def __init__(self, data: Any, *, member: Member, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        site, owner = self.fields["site"], self.fields["owner"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101  declared above
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101
        site.queryset = Site.objects.filter(pk__in=[each.pk for each in sites]).order_by("name")
        owner.queryset = members_for(member)
        site.initial = site.initial or (member.site if member.site in sites else None)
        owner.initial = owner.initial or member
        if all(held.site_id is not None for held in member.held()):
            site.required, site.empty_label = True, None


class AnalysisForm(PlacedForm):
    title = forms.CharField(label="The problem in a few words", max_length=200)
    problem = forms.CharField(label="What is wrong, where, since when, how often", widget=LINES)
    field_order = ("title", "problem", "site", "owner")


class ActionForm(PlacedForm):
    title = forms.CharField(label="What we change, in a few words", max_length=200)
    what = forms.CharField(label="What exactly, and how", widget=LINES)
    analysis = forms.ModelChoiceField(
        queryset=CauseAnalysis.objects.none(),
        label="The cause that it removes",
        required=False,
        empty_label="none was looked for",
    )
    due_on = forms.DateField(label="To be done by", required=False, widget=DayInput())
    field_order = ("title", "what", "analysis", "due_on", "site", "owner")

    def __init__(self, data: Any, *, member: Member, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(data, member=member, sites=sites, **kwargs)
        analysis = self.fields["analysis"]
        assert isinstance(analysis, forms.ModelChoiceField)  # noqa: S101  declared above
        analysis.queryset = CauseAnalysis.objects.visible_to(member).order_by("-opened_at")


class WhyForm(forms.Form):
    """One answer to “why?”. The page says what it explains."""

    text = forms.CharField(label="Because", max_length=300)
    evidence = forms.CharField(
        label="How do we know?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What was seen, measured or tried.",
    )
    therefore_holds = forms.BooleanField(label="Read upwards with “therefore”, it holds", required=False)
    is_root = forms.BooleanField(label="This is a root cause: we can change it", required=False)
    parent = forms.ModelChoiceField(queryset=Why.objects.none(), required=False, widget=forms.HiddenInput())
    side = forms.ChoiceField(choices=Why.Side.choices, required=False, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, analysis: CauseAnalysis, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101  declared above
        parent.queryset = Why.objects.filter(analysis=analysis)


class ReviseWhyForm(forms.Form):
    text = forms.CharField(label="Because", max_length=300)
    evidence = forms.CharField(label="How do we know?", required=False, widget=LINES)
    therefore_holds = forms.BooleanField(label="Read upwards with “therefore”, it holds", required=False)
    is_root = forms.BooleanField(label="This is a root cause: we can change it", required=False)


class CauseForm(forms.Form):
    cause = forms.CharField(
        label="The cause in one sentence", max_length=300, help_text="It is shown to everyone who follows the thread."
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why, and what will be different", widget=LINES)


class FinishForm(forms.Form):
    done_on = forms.DateField(label="Done on", widget=DayInput())


class CircumstancesForm(forms.Form):
    """What people know and the numbers don't show."""

    other_changes = forms.CharField(
        label="What else changed in that time?",
        required=False,
        widget=LINES,
        help_text="One thing a line: a new carrier, another product, a price.",
    )
    recurrences = forms.IntegerField(
        label="How often did the same cause come back since?",
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    definition_changed = forms.BooleanField(label="It was counted or asked in another way", required=False)

    def __init__(self, data: Any, *, action: CorrectiveAction, doubts: Sequence[tuple[str, str]] = ()) -> None:
        initial = {
            "other_changes": action.other_changes,
            "recurrences": action.recurrences,
            "definition_changed": action.definition_changed,
        }
        super().__init__(data, initial=initial)
        self.doubts = [doubt for doubt, _ in doubts]
        for doubt, question in doubts:
            self.fields[f"aside_{doubt}"] = forms.CharField(
                label=f"{question} Why this does not count",
                required=False,
                initial=action.set_aside.get(doubt, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Yours alone as the verifier; the reason is shown beside the verdict.",
            )

    def set_aside(self) -> dict[str, str]:
        return {doubt: self.cleaned_data.get(f"aside_{doubt}", "") for doubt in self.doubts}


class SignForm(forms.Form):
    """The button says whether the verifier agrees; the password is asked again."""

    decision = forms.ChoiceField(choices=[("agree", "I agree"), ("differ", "I see it differently")])
    password = forms.CharField(
        label="Your password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    note = forms.CharField(
        label="Your reason, if you see it differently",
        required=False,
        widget=LINES,
        help_text="Then nobody can tell yet: a computed verdict is never turned into its opposite by hand.",
    )
