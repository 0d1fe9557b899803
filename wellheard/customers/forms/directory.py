"""What people type about customers, made clean."""

from typing import Any

from django import forms
from django.db.models import Q

from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.core.records import plain
from wellheard.customers.models import Account, Person, Segment
from wellheard.customers.words import SPOKEN, language_name
from wellheard.ground.canonical import canonical, digest

SUGGESTED = 300


def refuse(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal at its field, or above the form when it has none here."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


class WatchedForm(forms.Form):
    """A form about a record that remembers what the record said when the page was opened.

    Two people, or one in two tabs, would otherwise undo each other's changes without a word: the page sends every field.
    `watched`: this form changes a record (rather than adding one), and `initial` is what that record says now.
    """

    def __init__(self, *args: Any, watched: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if watched:
            self.present = digest(canonical(plain(self.initial)))
            self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.present)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        seen = values.pop("seen", "")
        if seen and seen != self.present:
            # Sent once more, it is meant.
            sent: Any = self.data
            self.data = sent.copy()
            self.data[self.add_prefix("seen")] = self.present  # type: ignore[index]
            raise forms.ValidationError(
                "Someone changed this while you were writing. Nothing was saved, and what you wrote is still here: "
                "open the page once more beside this one to compare, then save again."
            )
        return values


class AccountField(forms.CharField):
    """A customer by name or reference, as far as `actor` may see. Cleans to the `Account`, or None when left empty."""

    def __init__(self, actor: Actor, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}), **kwargs)
        self.accounts = Account.objects.visible_to(actor)

    def clean(self, value: Any) -> Any:
        words = str(super().clean(value)).strip()
        if not words:
            return None
        found = list(self.accounts.filter(Q(reference__iexact=words) | Q(name__iexact=words))[:5])
        if not found:
            # SQLite folds ASCII letters alone, so a name with an umlaut is looked for as it was typed, and by its beginning.
            found = list(self.accounts.filter(name__istartswith=words)[:5])
        if len(found) == 1:
            return found[0]
        if found:
            several = "; ".join(f"{account.reference}, {account.city or account.name}" for account in found)
            raise forms.ValidationError(
                f"Several customers fit “{words}”. Write the reference of the right one: {several}."
            )
        raise forms.ValidationError(
            f"No customer is called “{words}”. Write the name or the reference as it stands in the list, or leave it empty."
        )

    def prepare_value(self, value: Any) -> Any:
        return value.reference if isinstance(value, Account) else value

    def suggestions(self) -> list[str]:
        """Names to choose from while typing."""
        return list(self.accounts.order_by("name").values_list("name", flat=True)[:SUGGESTED])


class AccountForm(WatchedForm):
    """What we know about a customer."""

    name = forms.CharField(max_length=200)
    segment = forms.CharField(
        max_length=200,
        required=False,
        help_text="Customers with like needs, as “Landscapers”. A new name makes a new segment.",
        widget=forms.TextInput(attrs={"list": "segments", "autocomplete": "off"}),
    )
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="Every site")
    owner = forms.ModelChoiceField(
        Member.objects.none(), required=False, label="Looked after by", empty_label="Nobody yet",
        help_text="They are alerted when this customer is unhappy.",
    )  # fmt: skip
    since = forms.DateField(
        required=False, label="Customer since", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    city = forms.CharField(max_length=200, required=False)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        owners = Member.objects.visible_to(member).filter(is_active=True).order_by("name")
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    @staticmethod
    def from_account(account: Account) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "name": account.name,
            "segment": account.segment.name if account.segment else "",
            "site": account.site_id,
            "owner": account.owner_id,
            "since": account.since,
            "city": account.city,
            "notes": account.notes,
        }

    def segments(self) -> list[str]:
        """The segments there are."""
        return list(Segment.objects.order_by("name").values_list("name", flat=True))


class PersonForm(WatchedForm):
    """What we know about a person, and what they prefer."""

    name = forms.CharField(max_length=200, required=False)
    email = forms.EmailField(required=False, label="E-mail address")
    phone = forms.CharField(max_length=50, required=False)
    language = forms.ChoiceField(required=False, label="Prefers", help_text="We write in this language where we can.")
    wants_no_mail = forms.BooleanField(
        required=False,
        label="Wants no news by mail",
        help_text="They still get answers to what they ask; they are not told what was changed.",
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), required=False, empty_label="As the customer", help_text="Who of us looks after them."
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            member, required=False, label="Speaks for", help_text="The customer, by name or reference."
        )
        self.order_fields(["name", "account", "email", "phone", "language", "wants_no_mail", "site"])
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        codes = [*SPOKEN]
        present = self.initial.get("language", "")
        if present and present not in codes:
            codes.append(present)
        known = sorted(((code, language_name(code)) for code in codes), key=lambda choice: choice[1])
        self.fields["language"].choices = [("", "Not known"), *known]  # type: ignore[attr-defined]

    @staticmethod
    def from_person(person: Person) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "name": person.name,
            "email": person.email or "",
            "phone": person.phone,
            "account": person.account,
            "language": person.language,
            "wants_no_mail": person.wants_no_mail,
            "site": person.site_id,
        }

    def clean(self) -> dict[str, Any]:
        """Without a site of their own, a person belongs to the customer's."""
        values = super().clean()
        if values.get("site") is None and values.get("account") is not None:
            values["site"] = values["account"].site
        return values

    def accounts(self) -> list[str]:
        """Names of customers, to choose from while typing."""
        field = self.fields["account"]
        return field.suggestions() if isinstance(field, AccountField) else []
