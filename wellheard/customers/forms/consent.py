"""What people type about consent, purposes and addresses that nothing is sent to, made clean."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from wellheard.customers.models import Consent, Purpose, Suppression
from wellheard.customers.public_words import LANGUAGES
from wellheard.customers.purposes import Ground

NOON = time(12)


class ConsentForm(forms.Form):
    """A decision that somebody told us."""

    purpose = forms.ModelChoiceField(Purpose.objects.none(), label="About what", empty_label=None)
    decision = forms.ChoiceField(
        label="What they decided",
        choices=[("given", "They agree"), ("withdrawn", "They take it back"), ("refused", "They refuse")],
    )
    source = forms.ChoiceField(
        label="Where they said so",
        choices=[(Consent.Source.SAID, "said to one of us"), (Consent.Source.FORM, "on a form, in writing")],
    )
    evidence = forms.CharField(
        max_length=500,
        label="What shows it",
        help_text="As “on the phone to me, when we spoke of the order”, or where the form is kept.",
    )
    decided_on = forms.DateField(
        required=False,
        label="When",
        help_text="Empty: just now.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = Purpose.objects.filter(retired_at=None).exclude(ground=Ground.SERVICE)
        self.fields["purpose"].queryset = open_ones.order_by("position", "pk")  # type: ignore[attr-defined]

    def decided_at(self, now: datetime) -> datetime | None:
        """The moment, at noon of the day that was said; None for just now."""
        day = self.cleaned_data["decided_on"]
        if day is None or day == timezone.localdate(now):
            return None
        return timezone.make_aware(datetime.combine(day, NOON))


class PurposeForm(forms.Form):
    """What a purpose is called, what one gets, and the words to agree to, in each language that customers read."""

    ground = forms.ChoiceField(label="It is sent", choices=Ground.choices)

    def __init__(self, *args: Any, purpose: Purpose, agreed: dict[str, str], **kwargs: Any) -> None:
        initial: dict[str, Any] = {"ground": purpose.ground}
        for code in LANGUAGES:
            initial |= {
                f"name_{code}": purpose.name.get(code, ""),
                f"about_{code}": purpose.about.get(code, ""),
                f"agreed_{code}": agreed.get(code, ""),
            }
        super().__init__(*args, **{"initial": initial, **kwargs})
        is_service = purpose.ground == Ground.SERVICE
        choices = [(value, words) for value, words in Ground.choices if (value == Ground.SERVICE) == is_service]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]
        for code, language in LANGUAGES.items():
            self.fields[f"name_{code}"] = forms.CharField(max_length=100, required=False, label=f"Name, {language}")
            self.fields[f"about_{code}"] = forms.CharField(
                max_length=300, required=False, label=f"What one gets, {language}"
            )
            self.fields[f"agreed_{code}"] = forms.CharField(
                max_length=2000, required=False, label=f"The words to agree to, {language}",
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )  # fmt: skip

    def texts(self, part: str) -> dict[str, str]:
        """What was written of a part (`name`, `about`, `agreed`), by language."""
        found = {code: str(self.cleaned_data[f"{part}_{code}"]).strip() for code in LANGUAGES}
        return {code: words for code, words in found.items() if words}


class AddressForm(forms.Form):
    """An address to look up."""

    address = forms.EmailField(
        label="E-mail address", help_text="We know these addresses only by a digest: type it whole."
    )


class SuppressForm(forms.Form):
    """Why nothing is sent to an address any more."""

    address = forms.EmailField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label="Why",
        choices=[
            (value, words)
            for value, words in Suppression.Reason.choices
            if value in {Suppression.Reason.HAND, Suppression.Reason.COMPLAINED, Suppression.Reason.UNSUBSCRIBED}
        ],
    )
