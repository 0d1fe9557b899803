"""What people type about a conversation, made clean."""

from datetime import datetime, time
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from wellheard.core.models import Member, Site
from wellheard.customers.actions.conversations import CLOCKS_DIFFER_BY
from wellheard.customers.forms.directory import SUGGESTED, AccountField, WatchedForm
from wellheard.customers.forms.members import who_can_look_after
from wellheard.customers.lineage import lineage_of
from wellheard.customers.models import Account, Conversation, Person

NOON = time(12)
FIRST_YEAR = 1950
ADD, ONLY_NAME, PERSON = "add", "name", "person:"
CHOICES_AT_MOST = 5
LONGEST = 50_000


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ConversationForm(WatchedForm):
    """A conversation: with whom, how, when, and what it was about. Who is named and unknown is asked about, never made up."""

    how = forms.ChoiceField(label="How", choices=Conversation.How.choices, initial=Conversation.How.CALL)
    who = forms.CharField(
        required=False,
        max_length=200,
        label="With whom",
        help_text="A name or an e-mail address.",
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    which = forms.ChoiceField(required=False, label="Who is it?", widget=forms.RadioSelect)
    notes = forms.CharField(
        required=False,
        max_length=LONGEST,
        strip=False,
        label="What it was about",
        help_text="In your words, for us.",
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    happened_on = forms.DateField(label="On which day", widget=DayInput())
    happened_time = forms.TimeField(
        required=False,
        label="At what time",
        help_text="As far as you remember.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    subject = forms.CharField(required=False, max_length=200, label="A title", help_text="To find it again by.")
    others = forms.CharField(required=False, max_length=500, label="Who else took part")
    heard_by = forms.ModelChoiceField(Member.objects.none(), label="Who of us spoke", empty_label=None)
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="As the customer")

    def __init__(self, *args: Any, member: Member, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.now = member, now
        self.known: Person | None = self.initial.get("person")
        self.found: Person | None = None
        self.must_say_who = False
        self.fields["account"] = AccountField(
            member, required=False, label="Which customer", help_text="By name or reference; empty if you don’t know."
        )
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        # Whoever spoke stays who spoke, also when they have left since.
        members = who_can_look_after(member, self.initial.get("heard_by"))
        self.fields["heard_by"].queryset = members  # type: ignore[attr-defined]
        # Whatever is sent is looked at in `clean`, where the real choices are known.
        self.fields["which"].choices = [(self.sent("which"), self.sent("which"))]  # type: ignore[attr-defined]

    def sent(self, name: str) -> str:
        """What the browser sent in a field, as it is."""
        return str(self.data.get(self.add_prefix(name), "")) if self.is_bound else ""

    @staticmethod
    def beginning_with(account: Account | None, person: Person | None, member: Member, now: datetime) -> dict[str, Any]:
        """What an empty form begins with on someone's page."""
        here = timezone.localtime(now)
        return {
            "account": person.account if person is not None and person.account is not None else account,
            "person": person,
            "who": str(person) if person else "",
            "happened_on": here.date(),
            "happened_time": here.time().replace(second=0, microsecond=0),
            "heard_by": member,
        }

    @staticmethod
    def from_conversation(found: Conversation) -> dict[str, Any]:
        """What the form to correct one begins with."""
        here = timezone.localtime(found.happened_at)
        return {
            "how": found.how,
            "account": found.account,
            "person": found.person,
            "who": str(found.person or ""),
            "notes": found.notes,
            "happened_on": here.date(),
            "happened_time": here.time().replace(second=0, microsecond=0),
            "subject": found.subject,
            "others": found.others,
            "heard_by": found.heard_by,
            "site": found.site,
        }

    def clean_happened_on(self) -> Any:
        """A day that may be: not to come, and not one that nobody here has seen."""
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate(self.now):
            raise forms.ValidationError("This day is still to come. Say on which day it was heard.")
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(f"The year {day.year} looks like a slip. Say on which day it was heard.")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        day, clock = values.get("happened_on"), values.get("happened_time")
        if day is not None:
            values["happened_at"] = self._moment(day, clock)
            if values["happened_at"] > self.now + CLOCKS_DIFFER_BY:
                self.add_error("happened_time", "This moment is still to come. Say at what time it was heard.")
        if "account" in values and "who" in values:
            self._find(str(values["who"]).strip(), values["account"])
        return values

    def _moment(self, day: Any, clock: time | None) -> datetime:
        if clock is None and day == timezone.localdate(self.now):
            return self.now
        said = timezone.make_aware(datetime.combine(day, clock or NOON))
        # To the minute, “now” is up to a minute ago: what was just heard was not heard before it was said.
        return self.now if clock is not None and 0 <= (self.now - said).total_seconds() < 60 else said

    def _find(self, who: str, account: Account | None) -> None:
        """Whom the name means. One who is known is taken; for the rest somebody has to say so."""
        if not who:
            return
        if (
            self.known is not None
            and who == str(self.known)
            and account in (self.known.account, None, self.initial["account"])
        ):
            self.found = self.known
            return
        fitting, is_sure = self._fitting(who, account)
        if is_sure:
            self.found = fitting[0]
            return
        self._offer(who, account, fitting)
        chosen = self.sent("which")
        if chosen.startswith(PERSON):
            self.found = next((each for each in fitting if chosen == f"{PERSON}{each.pk}"), None)
        if self.found is None and chosen not in (ADD, ONLY_NAME):
            self.must_say_who = True
            several = f"Several people fit “{who}”." if len(fitting) > 1 else f"We know nobody here called “{who}”."
            self.add_error("which", f"{several} Say who it is, then save again.")

    def _fitting(self, who: str, account: Account | None) -> tuple[list[Person], bool]:
        """Those who may be meant, and whether it can only be this one."""
        people = Person.objects.visible_to(self.member).filter(merged_into__isnull=True, erased_at__isnull=True)
        people = people.select_related("account").order_by("name", "pk")
        # SQLite folds ASCII letters alone, so a name with an umlaut is also looked for as it was typed.
        called = people.filter(Q(name__iexact=who) | Q(name=who))
        named = people.with_email(who) if "@" in who else called
        if account is not None:
            own = list(named.filter(pk__in=lineage_of(account).people)[:CHOICES_AT_MOST])
            if own:
                return own, len(own) == 1
        found = list(named[:CHOICES_AT_MOST])
        return found, len(found) == 1 and (account is None or "@" in who)

    def _offer(self, who: str, account: Account | None, fitting: list[Person]) -> None:
        at = f" of {account}" if account else ""
        self.fields["which"].choices = [  # type: ignore[attr-defined]
            *((f"{PERSON}{each.pk}", _introduced(each)) for each in fitting),
            (ADD, f"Add “{who}” as a new person{at}"),
            (ONLY_NAME, f"Only note the name “{who}” with this conversation"),
        ]

    @property
    def asks_who(self) -> bool:
        """Must somebody say who is meant?"""
        return len(self.fields["which"].choices) > 1  # type: ignore[attr-defined]

    @property
    def more_open(self) -> str:
        """`yes` when something is wrong with what is folded away."""
        return "yes" if {"subject", "others", "heard_by", "site"} & set(self.errors) else ""

    @property
    def adds_person(self) -> bool:
        """Is the one who is named to be added?"""
        return bool(self.cleaned_data["who"].strip()) and self.found is None and self.sent("which") == ADD

    def values(self, person: Person | None) -> dict[str, Any]:
        """What the actions take. `person` is who it was with: the one found, or the one just added."""
        cleaned = self.cleaned_data
        who = cleaned["who"].strip()
        others = ", ".join(part for part in ("" if person else who, cleaned["others"].strip()) if part)
        names = ("how", "account", "notes", "subject", "heard_by", "site", "happened_at")
        return {name: cleaned[name] for name in names} | {"person": person, "others": others[:500]}

    def accounts(self) -> list[str]:
        """Names of customers, to choose from while typing."""
        field = self.fields["account"]
        return field.suggestions() if isinstance(field, AccountField) else []

    def people(self) -> list[str]:
        """Names of people, to choose from while typing: those of the customer, where one is known."""
        people = Person.objects.visible_to(self.member).filter(merged_into__isnull=True, erased_at__isnull=True)
        account = self.initial.get("account")
        if account is not None:
            people = people.filter(pk__in=lineage_of(account).people)
        return list(people.exclude(name="").order_by("name").values_list("name", flat=True)[:SUGGESTED])


class NewConversationForm(ConversationForm):
    """A conversation to write down, with what they said in their words, and what is to be done after it."""

    words = forms.CharField(
        required=False,
        max_length=LONGEST,
        strip=False,
        label="What they said, in their own words",
        help_text="One thing a line. Each can be kept as feedback afterwards.",
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    follow_up = forms.CharField(
        required=False, max_length=300, label="To be done next", help_text="As “Send the new price list”."
    )
    due_on = forms.DateField(required=False, label="Until when", widget=DayInput())
    follow_up_owner = forms.ModelChoiceField(Member.objects.none(), required=False, label="By whom", empty_label="Me")
    # Made with the empty form: pressing “Keep” twice keeps it once.
    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput, initial=lambda: token_urlsafe(18))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follow_up_owner"].queryset = self.fields["heard_by"].queryset  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        """Nobody can do yesterday what is only asked for now."""
        day = self.cleaned_data["due_on"]
        if day is not None and (day < timezone.localdate(self.now) or day.year > self.now.year + 20):
            raise forms.ValidationError("Choose today or a day to come.")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("due_on") and not str(values.get("follow_up", "")).strip():
            self.add_error(
                "follow_up", "There is a day, but nothing to do. Write what is to be done, or leave the day empty."
            )
        return values

    def lines(self) -> list[str]:
        """What they said, a line each."""
        return [line for line in self.cleaned_data["words"].replace("\r\n", "\n").split("\n") if line.strip()]


class WordsForm(forms.Form):
    """Something that they said, whole."""

    words = forms.CharField(
        max_length=LONGEST,
        strip=False,
        label="What they said, in their own words",
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class FollowUpForm(forms.Form):
    """What is to be done after a conversation."""

    follow_up = forms.CharField(max_length=300, label="To be done next")
    due_on = forms.DateField(required=False, label="Until when", widget=DayInput())
    owner = forms.ModelChoiceField(Member.objects.none(), label="By whom", empty_label=None)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = who_can_look_after(member)  # type: ignore[attr-defined]
        self.fields["owner"].initial = member

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day is not None and (day < timezone.localdate() or day.year > timezone.localdate().year + 20):
            raise forms.ValidationError("Choose today or a day to come.")
        return day


def _introduced(person: Person) -> str:
    """`Cleo Holzapfel, Gärtnerei Holzapfel, cleo@holzapfel.example`."""
    return ", ".join(part for part in (str(person), str(person.account or ""), person.email or person.phone) if part)
