"""What people type about the house itself: accounts, sites, the organisation."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import available_timezones

import holidays as public_holidays
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from holidays.registry import COUNTRIES

from wellheard.core.actors import MEMBER_ROLES, Role
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Organisation, Site, office_week
from wellheard.web.hours import DAYS, closing_days_of, hours_in_words, hours_of

Data = Mapping[str, Any] | None
ROLES = [(role.value, role.label) for role in MEMBER_ROLES]
PLACEHOLDER = "@localhost.localdomain"  # the first administrator's address until they say their own


class FirstSignInForm(forms.Form):
    """The first thing a member does: a name and a password; the first of all members names the organisation too."""

    organisation = forms.CharField(label="What is your organisation called?", max_length=200)
    name = forms.CharField(label="Your name", max_length=200, help_text="As colleagues and customers should read it.")
    email = forms.EmailField(label="Your mail address", help_text="You sign in with it.")
    password = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters. A few words that nobody would put together are best.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, member: Member, data: Data = None) -> None:
        self.member = member
        self.is_founder = member.email.endswith(PLACEHOLDER)
        super().__init__(data, initial={"name": "" if self.is_founder else member.name})
        if not self.is_founder:
            del self.fields["organisation"], self.fields["email"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        shown = Member(
            name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email") or self.member.email
        )
        password_validation.validate_password(password, shown)
        return password


class RolesForm(forms.Form):
    """Which roles, and where they hold."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What the member may see and do. Without a role they can sign in and see their own work only.",
    )
    site = forms.ModelChoiceField(Site.objects.none(), label="Site", required=False, empty_label="No site")
    only_at_site = forms.BooleanField(
        label="The roles hold at this site only", required=False, help_text="Otherwise they hold at every site."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101
        site.queryset = Site.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("only_at_site") and not cleaned.get("site"):
            self.add_error("site", "Choose the site at which the roles hold, or let them hold everywhere.")
        if cleaned.get("only_at_site") and Role.ADMINISTRATOR in cleaned.get("roles", ()):
            self.add_error("only_at_site", "An administrator looks after the whole house, not one site.")
        return cleaned


class MemberForm(RolesForm):
    """A new member."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="Mail address", help_text="They sign in with it.")
    job_title = forms.CharField(label="What they do", max_length=200, required=False)
    read_only_until = forms.DateField(
        label="Account ends on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="For auditors: the last day on which they may look.",
    )
    field_order = ("name", "email", "job_title", "roles", "site", "only_at_site", "read_only_until")


class KeyForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(
        label="What is the key for?", max_length=100, help_text="Such as “Nightly import of orders”."
    )


class OrganisationForm(forms.ModelForm[Organisation]):
    """Who we are, on the public pages and in mails."""

    class Meta:
        model = Organisation
        fields = ("name", "colour", "mail_from")
        labels = {"name": "Name", "colour": "Colour", "mail_from": "Mails come from"}
        help_texts = {
            "name": "Customers read it on every public page.",
            "colour": "For the public pages. It is made darker or lighter where it could not be read otherwise.",
            "mail_from": "The address that customers answer to.",
        }
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"]).lower()
        if not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise ValidationError("A colour is written as # and six digits, such as #2c6a2f.")
        return colour


def _countries() -> list[tuple[str, str]]:
    names = {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entry[0]) for entry in COUNTRIES.values() for code in entry[1:2]}
    return [("", "No public holidays"), *sorted(names.items(), key=lambda each: each[1])]


def _typed(read: Callable[[str], Any]) -> Callable[[str], None]:
    def check(text: str) -> None:
        try:
            read(text)
        except ValueError as fault:
            raise ValidationError(str(fault)) from None

    return check


class SiteForm(forms.Form):
    """A place with its hours and holidays: what every promise of time is counted with."""

    name = forms.CharField(label="Name", max_length=200)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=[(zone, zone) for zone in sorted(available_timezones())], initial="Europe/Berlin"
    )
    country = forms.ChoiceField(label="Public holidays of", choices=_countries, required=False)
    region = forms.CharField(
        label="Region",
        max_length=8,
        required=False,
        help_text="Where its holidays differ: SN for Saxony, BY for Bavaria.",
    )
    closing_days = forms.CharField(
        label="Further closing days",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[_typed(closing_days_of)],
        help_text="One a line, as 2026-12-24 Christmas Eve.",
    )

    def __init__(self, site: Site | None, data: Data = None) -> None:
        self.site = site
        week = site.week if site else office_week()
        initial: dict[str, Any] = {f"day_{day}": hours_in_words(week.get(str(day), [])) for day in range(7)}
        if site:
            own = site.own_holidays.filter(works=False).order_by("on")
            initial |= {name: getattr(site, name) for name in ("name", "time_zone", "country", "region")}
            initial["closing_days"] = "\n".join(f"{each.on.isoformat()} {each.name}" for each in own)
        super().__init__(data, initial=initial)
        for day, name in enumerate(DAYS):
            self.fields[f"day_{day}"] = forms.CharField(label=name, required=False, validators=[_typed(hours_of)])
        self.order_fields(
            ["name", "time_zone", *(f"day_{day}" for day in range(7)), "country", "region", "closing_days"]
        )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Site.objects.exclude(pk=self.site.pk) if self.site else Site.objects.all()
        if others.filter(name=name).exists():
            raise ValidationError(f"There is a site called {name} already. Choose another name.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        country, region = cleaned.get("country", ""), cleaned.get("region", "").upper()
        regions = public_holidays.list_supported_countries().get(country, [])
        if region and region not in regions:
            known = f" Known are {', '.join(regions)}." if regions else ""
            self.add_error(
                "region", f"No holidays are known for “{region}” there.{known} Leave it empty for the country’s."
            )
        if not self.errors and not any(hours_of(cleaned.get(f"day_{day}", "")) for day in range(7)):
            raise ValidationError(
                "A site that is always closed could keep no promise. Give it hours on one day at least."
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        said = self.cleaned_data
        week = {str(day): hours_of(said[f"day_{day}"]) for day in range(7)}
        return {
            "name": said["name"],
            "time_zone": said["time_zone"],
            "country": said["country"],
            "region": said["region"].upper(),
            "week": {day: spans for day, spans in week.items() if spans},
            "holidays": closing_days_of(said["closing_days"]),
        }
