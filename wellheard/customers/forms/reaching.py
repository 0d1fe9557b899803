"""What people type about how to reach a customer, for whom someone speaks, and where a customer stands."""

from typing import Any

from django import forms

from wellheard.core.actors import Actor
from wellheard.customers.forms.directory import AccountField
from wellheard.customers.models import Account, Address, Affiliation, ContactPoint, Lifecycle, Person
from wellheard.customers.values import NEED_A_REASON


class PointForm(forms.Form):
    """An e-mail address, a phone number or a website."""

    what = forms.ChoiceField(label="What it is", choices=ContactPoint.What.choices)
    value = forms.CharField(max_length=320, label="Address or number", help_text="As it was given, with an extension.")
    use = forms.CharField(
        max_length=40,
        required=False,
        label="What it is used for",
        help_text="work, home, mobile, switchboard…",
        widget=forms.TextInput(attrs={"list": "uses", "autocomplete": "off"}),
    )
    is_main = forms.BooleanField(required=False, label="This is the main one")
    is_shared = forms.BooleanField(
        required=False, label="Several people read it", help_text="As info@… Mail from it finds its writer by the name."
    )

    def __init__(self, *args: Any, point: ContactPoint | None = None, owner: Account | Person, **kwargs: Any) -> None:
        if point is not None:
            kwargs["initial"] = {
                name: getattr(point, name) for name in ("what", "value", "use", "is_main", "is_shared")
            } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if point is not None:
            del self.fields["what"]
            if point.is_main:
                del self.fields["is_main"]
            if point.what != ContactPoint.What.EMAIL:
                del self.fields["is_shared"]
        if isinstance(owner, Account) and "is_shared" in self.fields:
            del self.fields["is_shared"]

    @staticmethod
    def uses() -> tuple[str, ...]:
        """Usual words, to choose from while typing."""
        return ("work", "home", "mobile", "switchboard", "billing", "delivery")


class AddressForm(forms.Form):
    """Where somebody lives or works."""

    use = forms.CharField(
        max_length=40, required=False, label="What it is used for", help_text="billing, delivery, home…"
    )
    lines = forms.CharField(
        required=False, max_length=1000, label="Street", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="And whatever stands above the town.",
    )  # fmt: skip
    postcode = forms.CharField(max_length=20, required=False)
    city = forms.CharField(max_length=200, required=False)
    region = forms.CharField(max_length=200, required=False)
    country = forms.CharField(max_length=100, required=False)

    @staticmethod
    def of(address: Address) -> dict[str, Any]:
        """What the form begins with."""
        return {name: getattr(address, name) for name in AddressForm.base_fields}


class AffiliationForm(forms.Form):
    """For whom someone speaks, and in which roles."""

    roles = forms.MultipleChoiceField(
        required=False,
        choices=Affiliation.Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="One or more; none when it isn’t known.",
    )
    job_title = forms.CharField(max_length=200, required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_main = forms.BooleanField(required=False, label="They mainly speak for this customer")

    def __init__(self, *args: Any, actor: Actor, affiliation: Affiliation | None = None, **kwargs: Any) -> None:
        if affiliation is not None:
            kwargs["initial"] = {
                name: getattr(affiliation, name) for name in ("roles", "job_title", "since", "is_main")
            }
        super().__init__(*args, **kwargs)
        if affiliation is None:
            self.fields["account"] = AccountField(
                actor, label="Speaks for", help_text="The customer, by name or reference."
            )
            self.order_fields(["account", "roles", "job_title", "since", "is_main"])
        elif affiliation.is_main:
            del self.fields["is_main"]

    def accounts(self) -> list[str]:
        """Names of customers, to choose from while typing."""
        field = self.fields.get("account")
        return field.suggestions() if isinstance(field, AccountField) else []


class StandingForm(forms.Form):
    """Where a customer stands with us, and why."""

    lifecycle = forms.ChoiceField(label="They are", choices=Lifecycle.choices)
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Why",
        help_text=f"Needed for {', '.join(sorted(each.label for each in NEED_A_REASON))}.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @staticmethod
    def of(record: Account | Person) -> dict[str, Any]:
        """What the form begins with."""
        return {"lifecycle": record.lifecycle, "reason": record.lifecycle_reason}


class TagsForm(forms.Form):
    """The tags of a customer, on one line."""

    tags = forms.CharField(
        required=False, max_length=3200, help_text="With commas between. Whatever you take out is taken off."
    )
