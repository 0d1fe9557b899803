"""What people type about buying."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone


class CutForm(forms.Form):
    """The day of an RFM cut."""

    on = forms.DateField(label="As of", widget=forms.DateInput(attrs={"type": "date"}), required=False)

    def clean_on(self) -> date | None:
        """Not a day that lies ahead."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("That day lies ahead. Choose today or an earlier one.")
        return day


class DismissForm(forms.Form):
    """Why a warning is a false alarm."""

    reason = forms.CharField(label="Why is it a false alarm?", max_length=500)
    days = forms.IntegerField(label="Quiet for so many days", min_value=1, max_value=366, initial=90)


class StandingForm(forms.Form):
    """Why a customer stands where the figures suggest."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class TaskForm(forms.Form):
    """What to do about a warning, and by when."""

    title = forms.CharField(label="What is to be done", max_length=200)
    due_on = forms.DateField(label="By", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget.format = "%Y-%m-%d"
