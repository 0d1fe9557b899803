"""What people type about requests, holds and retention."""

from typing import Any

from django import forms

from wellheard.core.models import Member
from wellheard.customers.forms.members import who_can_look_after
from wellheard.customers.models import PrivacyRequest


class RequestForm(forms.Form):
    """Somebody asks about their data."""

    wish = forms.ChoiceField(choices=PrivacyRequest.Wish.choices, label="What they want", widget=forms.RadioSelect)
    received_on = forms.DateField(
        label="Received on", help_text="The month runs from here.", widget=forms.DateInput(attrs={"type": "date"})
    )
    identity_checked = forms.CharField(
        max_length=500,
        required=False,
        label="How we made sure that it is them",
        help_text="As “called back on the known number”. It can be noted later, but before anything is handed out or erased.",
    )
    owner = forms.ModelChoiceField(Member.objects.none(), required=False, label="Looked after by", empty_label="Me")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = who_can_look_after(member)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason, in a sentence."""

    reason = forms.CharField(max_length=500, label="Why", widget=forms.Textarea(attrs={"rows": 3}))


class IdentityForm(forms.Form):
    """How we made sure."""

    how = forms.CharField(
        max_length=500, label="How we made sure that it is them", help_text="As “called back on the known number”."
    )


class RetentionForm(forms.Form):
    """How long a kind of record keeps what is personal."""

    months = forms.IntegerField(min_value=1, max_value=600, label="Months", help_text="After its last event.")
    ground = forms.CharField(
        max_length=500, required=False, label="Why that long", help_text="A law, or your own decision."
    )
    is_on = forms.BooleanField(
        required=False, label="Do it every night", help_text="Off, nothing goes: this page only shows it."
    )
