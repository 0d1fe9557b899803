"""What people type about customers, made clean."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site
from wellheard.core.records import plain
from wellheard.customers.custom import fields_of
from wellheard.customers.forms.members import who_can_look_after
from wellheard.customers.models import Account, CustomField, Person, Segment
from wellheard.customers.values import COUNTRIES
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
        self.accounts = Account.objects.visible_to(actor).filter(merged_into__isnull=True, erased_at__isnull=True)

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


class CustomerForm(WatchedForm):
    """What the forms of accounts and people have in common: languages, whom we name as responsible, tags, own fields."""

    about: ClassVar[str] = ""
    tags = forms.CharField(
        required=False, max_length=3200, help_text="Words to find them by, with commas between: “key customer, north”."
    )
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        owners = who_can_look_after(member, self.initial.get("owner"))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["language"].choices = languages(self.initial.get("language", ""))  # type: ignore[attr-defined]
        self.own = fields_of(self.about)
        for each in self.own:
            self.fields[f"custom_{each.key}"] = own_field(each)

    @staticmethod
    def of_both(record: Account | Person) -> dict[str, Any]:
        """What the form begins with, as far as both have it."""
        return {
            "site": record.site_id,
            "owner": record.owner_id,
            "language": record.language,
            "tags": ", ".join(record.tags),
            "notes": record.notes,
        } | {f"custom_{key}": _shown(value) for key, value in record.custom.items()}

    def clean(self) -> dict[str, Any]:
        """The own fields together, as `custom`."""
        values = super().clean()
        given = {each.key: values.pop(f"custom_{each.key}", None) for each in self.own}
        return values | {"custom": given}

    def own_fields(self) -> list[forms.BoundField]:
        """The organisation's own fields, to be shown together."""
        return [self[f"custom_{each.key}"] for each in self.own]


def languages(present: str) -> list[tuple[str, str]]:
    """The languages to choose from, with the one that is set, by name."""
    codes = [*SPOKEN, *([present] if present and present not in SPOKEN else [])]
    known = sorted(((code, language_name(code)) for code in codes), key=lambda choice: choice[1])
    return [("", "Not known"), *known]


def own_field(field: CustomField) -> forms.Field:
    """A form's field for one of the organisation's own."""
    common: dict[str, Any] = {"required": False, "label": field.name, "help_text": field.help_words}
    match field.value_type:
        case CustomField.Value.CHOICE:
            return forms.ChoiceField(choices=[("", "Not said"), *((each, each) for each in field.choices)], **common)
        case CustomField.Value.YES_NO:
            return forms.ChoiceField(choices=[("", "Not said"), ("yes", "yes"), ("no", "no")], **common)
        case CustomField.Value.DATE:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
        case CustomField.Value.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=40, **common)
        case _:
            return forms.CharField(max_length=2000, **common)


def _shown(value: Any) -> Any:
    """A kept value as the field shows it."""
    return ("yes" if value else "no") if isinstance(value, bool) else value


class AccountForm(CustomerForm):
    """What we know about a customer."""

    about: ClassVar[str] = "account"
    name = forms.CharField(max_length=200)
    segment = forms.CharField(
        max_length=200,
        required=False,
        help_text="Customers with like needs, as “Landscapers”. A new name makes a new segment.",
        widget=forms.TextInput(attrs={"list": "segments", "autocomplete": "off"}),
    )
    city = forms.CharField(max_length=200, required=False)
    country = forms.ChoiceField(
        required=False, help_text="Phone numbers without a country code are read as numbers of this country."
    )
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="Every site")
    owner = forms.ModelChoiceField(
        Member.objects.none(), required=False, label="Looked after by", empty_label="Nobody yet",
        help_text="They are alerted when this customer is unhappy.",
    )  # fmt: skip
    since = forms.DateField(
        required=False, label="Customer since", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    industry = forms.CharField(max_length=200, required=False)
    language = forms.ChoiceField(required=False, help_text="In which we write where nobody prefers another.")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        self.fields["parent"] = AccountField(
            member, required=False, label="Belongs to", help_text="The group above it, by name or reference."
        )
        known = sorted(COUNTRIES.items(), key=lambda each: each[1])
        self.fields["country"].choices = [("", "Not known"), *known]  # type: ignore[attr-defined]

    @staticmethod
    def from_account(account: Account) -> dict[str, Any]:
        """What the form begins with."""
        return CustomerForm.of_both(account) | {
            "name": account.name,
            "segment": account.segment.name if account.segment else "",
            "since": account.since,
            "city": account.city,
            "country": account.country,
            "industry": account.industry,
            "parent": account.parent,
        }

    def segments(self) -> list[str]:
        """The segments there are."""
        return list(Segment.objects.filter(retired_at__isnull=True).order_by("name").values_list("name", flat=True))

    def accounts(self) -> list[str]:
        """Names of customers, to choose the group from while typing."""
        field = self.fields["parent"]
        return field.suggestions() if isinstance(field, AccountField) else []


class PersonForm(CustomerForm):
    """What we know about a person, and what they prefer."""

    about: ClassVar[str] = "person"
    name = forms.CharField(
        max_length=200,
        required=False,
        help_text="As they are called, whole. Unknown? Then their e-mail address is enough: one of the two is needed.",
    )
    email = forms.EmailField(required=False, label="E-mail address", help_text="Nobody needs to have one.")
    phone = forms.CharField(
        max_length=50,
        required=False,
        help_text="As it was given, with an extension if there is one: 0341 12345 ext. 67.",
    )
    is_shared = forms.BooleanField(
        required=False,
        label="Several people read this address",
        help_text="As info@… Mail from it then finds its writer by the name. Everybody who has it keeps it.",
    )
    language = forms.ChoiceField(required=False, label="Prefers", help_text="We write in this language where we can.")
    given_name = forms.CharField(max_length=100, required=False)
    family_name = forms.CharField(max_length=100, required=False)
    salutation = forms.CharField(max_length=60, required=False, help_text="How a letter begins: Mrs, Herr Dr.")
    channel = forms.ChoiceField(required=False, label="Is reached best", choices=Person.Channel.choices)
    frequency = forms.ChoiceField(required=False, label="How often we may write", choices=Person.Frequency.choices)
    do_not_ask = forms.BooleanField(required=False, label="Wants no surveys")
    wants_no_mail = forms.BooleanField(
        required=False,
        label="Wants no news by mail",
        help_text="They still get answers to what they ask; they are not told what was changed.",
    )
    owner = forms.ModelChoiceField(
        Member.objects.none(), required=False, label="Looked after by", empty_label="As the customer"
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), required=False, empty_label="As the customer", help_text="Who of us looks after them."
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        self.fields["account"] = AccountField(
            member, required=False, label="Speaks for", help_text="The customer, by name or reference."
        )
        # Asked only when somebody else has the address.
        self.asks_who_reads = bool(self.data.get("is_shared"))

    @staticmethod
    def from_person(person: Person) -> dict[str, Any]:
        """What the form begins with."""
        names = ("name", "phone", "given_name", "family_name", "salutation", "channel", "frequency")
        return (
            CustomerForm.of_both(person)
            | {name: getattr(person, name) for name in names}
            | {
                "email": person.email or "",
                "account": person.account,
                "do_not_ask": person.do_not_ask,
                "wants_no_mail": person.wants_no_mail,
            }
        )

    def clean(self) -> dict[str, Any]:
        """Without a site of their own, a person belongs to the customer's."""
        values = super().clean()
        if values.get("site") is None and values.get("account") is not None:
            values["site"] = values["account"].site
        return values

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal; when somebody else has the address, ask whether several read it."""
        self.asks_who_reads = self.asks_who_reads or refusal.code == "taken_address"
        refuse(self, refusal)

    def accounts(self) -> list[str]:
        """Names of customers, to choose from while typing."""
        field = self.fields["account"]
        return field.suggestions() if isinstance(field, AccountField) else []
