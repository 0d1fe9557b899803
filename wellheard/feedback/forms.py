"""What people type about feedback, made clean."""

from collections.abc import Iterable
from datetime import datetime, time
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils import timezone

from wellheard.core.models import Member, Site
from wellheard.customers.forms import AccountField, WatchedForm
from wellheard.customers.models import Account, Person, Segment
from wellheard.customers.words import language_name
from wellheard.feedback.conditions import Conditions
from wellheard.feedback.models import SCALES, TEXT_PARTS, ListeningRule, Notice, Outcome, Source
from wellheard.feedback.public_words import LANGUAGES
from wellheard.feedback.rules import reactions

BY_HAND = (
    Source.PHONE,
    Source.VISIT,
    Source.MEETING,
    Source.MAIL,
    Source.LETTER,
    Source.CHAT,
    Source.REVIEW,
    Source.OTHER,
)
NOON = time(12)


class StatementForm(forms.Form):
    """What a customer said to one of us: on the phone, at a visit, in a letter."""

    # Their words as they are: the form may not trim them either.
    verbatim = forms.CharField(
        strip=False,
        label="What they said",
        help_text="In their own words and language, as you heard it.",
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    source = forms.ChoiceField(label="How you heard it", choices=[(each.value, each.label) for each in BY_HAND])
    heard_on = forms.DateField(label="On which day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    heard_time = forms.TimeField(
        required=False,
        label="At what time",
        help_text="As far as you remember; otherwise noon.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    name = forms.CharField(max_length=200, required=False, label="Who said it")
    email = forms.EmailField(
        required=False, label="Their e-mail address", help_text="So that we can tell them what comes of it."
    )
    rating = forms.TypedChoiceField(required=False, label="A rating, if they gave one", coerce=str)
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="As the customer")
    # Made with the empty form: pressing “Keep” twice keeps it once.
    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput, initial=lambda: token_urlsafe(18))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            member,
            required=False,
            label="Which customer",
            help_text="By name or reference; leave it empty if you don’t know.",
        )
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        ratings = [
            (f"{scale.key}:{number}", f"{number} out of {scale.highest}")
            for scale in SCALES.values()
            for number in range(scale.highest, scale.lowest - 1, -1)
        ]
        self.fields["rating"].choices = [("", "None"), *ratings]  # type: ignore[attr-defined]
        order = ["verbatim", "source", "heard_on", "heard_time", "account", "name", "email", "rating", "site"]
        self.order_fields(order)

    def accounts(self) -> list[str]:
        """Names of customers, to choose from while typing."""
        field = self.fields["account"]
        return field.suggestions() if isinstance(field, AccountField) else []

    def clean_heard_on(self) -> Any:
        """Nobody has heard anything tomorrow."""
        day = self.cleaned_data["heard_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                "This day is still to come. Your words are kept; correct the day and save again."
            )
        return day

    def clean_verbatim(self) -> str:
        """Something must be said; nothing of it is changed."""
        verbatim = str(self.cleaned_data["verbatim"])
        if not verbatim.strip():
            raise forms.ValidationError("There is nothing written yet. Write what they said, as you heard it.")
        return verbatim

    def heard_at(self, now: datetime) -> datetime:
        """When they said it, on the clocks here; never later than now."""
        said = datetime.combine(self.cleaned_data["heard_on"], self.cleaned_data["heard_time"] or NOON)
        return min(timezone.make_aware(said), now)

    def rated(self) -> tuple[int | None, str]:
        """The rating and its scale."""
        scale, _, number = self.cleaned_data["rating"].partition(":")
        return (int(number), scale) if number else (None, "")

    @staticmethod
    def beginning_with(account: Account | None, person: Person | None) -> dict[str, Any]:
        """What the form begins with on someone's page."""
        known = person.account if person and person.account else account
        return {
            "account": known,
            "name": person.name if person else "",
            "email": (person.email or "") if person else "",
            "heard_on": timezone.localdate(),
            "site": None,
        }


class HandleForm(forms.Form):
    """What came of a statement."""

    note = forms.CharField(
        required=False,
        label="What came of it",
        help_text="For whoever reads this later; customers don’t see it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RuleForm(WatchedForm):
    """A listening rule: conditions that must all hold, and what then happens."""

    name = forms.CharField(max_length=200)
    is_on = forms.BooleanField(required=False, initial=True, label="The rule is on")
    sources = forms.MultipleChoiceField(
        required=False,
        label="Heard",
        choices=Source.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: any way.",
    )
    scale = forms.ChoiceField(
        required=False,
        label="Rating scale",
        choices=[("", "No rating needed"), *((each.key, each.name) for each in SCALES.values())],
    )
    at_most = forms.IntegerField(required=False, label="Rating at most")
    at_least = forms.IntegerField(required=False, label="Rating at least")
    has_words = forms.BooleanField(required=False, label="They said something in words")
    words = forms.CharField(
        required=False,
        label="They used one of these words",
        help_text="Separated by commas, as “leak, drip”. Other endings count too.",
    )
    segment = forms.ChoiceField(required=False, label="Segment of the customer")
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="Every site")
    reactions = forms.MultipleChoiceField(label="What happens then", widget=forms.CheckboxSelectMultiple)
    promised_hours = forms.DecimalField(
        required=False,
        label="Promised within, in working hours",
        help_text="Counted on the calendar of the site, from the moment they said it.",
        min_value=0,
        max_value=1000,
        decimal_places=2,
    )
    owner = forms.ModelChoiceField(
        Member.objects.none(),
        required=False,
        label="Alert, when the customer has no owner",
        empty_label="A quality manager of the site",
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]
        members = Member.objects.visible_to(member).filter(is_active=True).order_by("name")
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        names = list(Segment.objects.values_list("name", flat=True))
        self.fields["segment"].choices = [("", "Any"), *((name, name) for name in names)]  # type: ignore[attr-defined]
        offered = [(reaction.key, _beginning_large(reaction.title)) for reaction in reactions()]
        self.fields["reactions"].choices = offered  # type: ignore[attr-defined]

    @staticmethod
    def from_rule(rule: ListeningRule) -> dict[str, Any]:
        """What the form begins with."""
        stored = dict(rule.conditions)
        minutes = rule.promised_minutes
        return stored | {
            "words": ", ".join(stored.get("words", ())),
            "name": rule.name,
            "is_on": rule.is_on,
            "site": rule.site_id,
            "reactions": rule.reactions,
            "promised_hours": None
            if minutes is None
            else minutes // 60
            if minutes % 60 == 0
            else round(minutes / 60, 2),
            "owner": rule.owner_id,
        }

    def conditions(self) -> Conditions:
        """The conditions as written. Raises Refusal for those that can never hold."""
        values = self.cleaned_data
        return Conditions.from_json(
            {
                "sources": values["sources"],
                "scale": values["scale"],
                "at_most": values["at_most"],
                "at_least": values["at_least"],
                "has_words": values["has_words"],
                "words": values["words"].split(","),
                "segment": values["segment"],
            }
        )

    def promised_minutes(self) -> int | None:
        """The promise in minutes of working time; none when empty or nothing."""
        hours = self.cleaned_data["promised_hours"]
        return round(hours * 60) or None if hours is not None else None


class NoticeForm(WatchedForm):
    """A notice in every language in which customers read us; a language may be left out."""

    outcome = forms.ChoiceField(label="What became of it", choices=Outcome.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, own_language: str, written: Iterable[str] = (), **kwargs: Any) -> None:
        """`written`: the languages in which there is a text already, be they ours or not."""
        super().__init__(*args, **kwargs)
        codes = {*LANGUAGES, own_language, *written}
        self.languages = sorted(codes, key=lambda code: (code != own_language, code))
        for language in self.languages:
            for part, label, rows, hint in PARTS:
                self.fields[f"{part}_{language}"] = forms.CharField(
                    required=False,
                    label=label,
                    help_text=hint,
                    max_length=150 if part == "headline" else 2000,
                    widget=forms.Textarea(attrs={"rows": rows, "lang": language, "dir": "auto"})
                    if rows > 1
                    else forms.TextInput(attrs={"lang": language, "dir": "auto"}),
                )

    @staticmethod
    def from_notice(notice: Notice) -> dict[str, Any]:
        """What the form begins with."""
        texts = {f"{part}_{language}": text[part] for language, text in notice.texts.items() for part in TEXT_PARTS}
        return {"outcome": notice.outcome} | texts

    def texts(self) -> dict[str, dict[str, str]]:
        """The texts by language, as the actions take them."""
        return {
            language: {part: self.cleaned_data[f"{part}_{language}"] for part in TEXT_PARTS}
            for language in self.languages
        }

    def groups(self) -> list[dict[str, Any]]:
        """The fields of each language under its name."""
        return [
            {
                "name": LANGUAGES.get(language, language_name(language)),
                "language": language,
                "fields": [self[f"{part}_{language}"] for part in TEXT_PARTS],
            }
            for language in self.languages
        ]


PARTS = (
    ("headline", "Headline", 1, "What changed, as news: “We moved the tap to the front”."),
    ("said", "What customers said", 2, "In words like theirs, naming nobody."),
    ("did", "What became of it", 4, "What was changed, since when, and whether it helped."),
)


def _beginning_large(words: str) -> str:
    return words[:1].upper() + words[1:]
