"""What people type about templates and mailings, made clean."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from wellheard.core.models import Member, Site
from wellheard.customers.forms.directory import WatchedForm
from wellheard.customers.models import MessageTemplate, Person, Purpose, Segment
from wellheard.customers.personalising import LONGEST_SUBJECT, LONGEST_TEXT
from wellheard.customers.public_words import LANGUAGES
from wellheard.customers.words import is_id

MOST_CHOSEN = 500


class TemplateForm(WatchedForm):
    """A message in each language that it is sent in."""

    name = forms.CharField(max_length=200, help_text="For us: customers don’t read it.")
    purpose = forms.ModelChoiceField(
        Purpose.objects.none(), empty_label=None, help_text="Customers decide by purpose what they get."
    )

    def __init__(self, *args: Any, template: MessageTemplate | None = None, own_language: str = "en", **kwargs: Any):
        initial: dict[str, Any] = {}
        texts = template.texts if template is not None else {}
        if template is not None:
            initial = {"name": template.name, "purpose": template.purpose_id}
        self.languages = [own_language, *(code for code in LANGUAGES if code != own_language)]
        self.languages += [code for code in texts if code not in self.languages]
        for code in self.languages:
            initial[f"subject_{code}"] = texts.get(code, {}).get("subject", "")
            initial[f"text_{code}"] = texts.get(code, {}).get("text", "")
        super().__init__(*args, watched=template is not None, initial=initial, **kwargs)
        self.fields["purpose"].queryset = Purpose.objects.filter(retired_at=None).order_by("position", "pk")  # type: ignore[attr-defined]
        for code in self.languages:
            self.fields[f"subject_{code}"] = forms.CharField(
                max_length=LONGEST_SUBJECT, required=False, label="Subject",
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
            )  # fmt: skip
            self.fields[f"text_{code}"] = forms.CharField(
                max_length=LONGEST_TEXT, required=False, label="Message", strip=False,
                widget=forms.Textarea(attrs={"rows": 8, "lang": code, "dir": "auto"}),
            )  # fmt: skip

    def texts(self) -> dict[str, dict[str, str]]:
        """Subject and text by language, as they were written."""
        given = self.cleaned_data
        return {code: {"subject": given[f"subject_{code}"], "text": given[f"text_{code}"]} for code in self.languages}


class MailingForm(forms.Form):
    """To whom a message goes."""

    template = forms.ModelChoiceField(MessageTemplate.objects.none(), label="Message", empty_label=None)
    segment = forms.ModelChoiceField(
        Segment.objects.none(),
        required=False,
        empty_label="People whom I name below",
        help_text="Everybody who is in it, or speaks for a customer in it, when you approve the mailing.",
    )
    people = forms.CharField(
        required=False,
        max_length=50_000,
        label="Or these people",
        help_text="One a line, by e-mail address or by their whole name.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), required=False, empty_label="Every site", help_text="Only people of this site get it."
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = Person.objects.visible_to(member).filter(merged_into=None, erased_at=None)
        templates = MessageTemplate.objects.visible_to(member).filter(retired_at=None).order_by("name", "pk")
        segments = Segment.objects.visible_to(member).filter(retired_at=None).order_by("name")
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        self.fields["segment"].queryset = segments  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.visible_to(member).order_by("name")  # type: ignore[attr-defined]

    def clean_people(self) -> list[Person]:
        """The people of the lines, each once."""
        lines = [line.strip() for line in str(self.cleaned_data["people"]).replace("\x00", "").splitlines()]
        wanted = list(dict.fromkeys(line for line in lines if line))
        if len(wanted) > MOST_CHOSEN:
            raise forms.ValidationError(f"These are {len(wanted)} people; {MOST_CHOSEN} can be named. Use a segment.")
        found: list[Person] = []
        unknown: list[str] = []
        several: list[str] = []
        for words in wanted:
            known = list(self._called(words)[:2])
            if len(known) == 1:
                found.append(known[0])
            else:
                (several if known else unknown).append(words)
        faults = []
        if unknown:
            faults.append(f"Nobody is known as {_quoted(unknown)}. Write the name as it stands in the list of people.")
        if several:
            faults.append(f"Several people are called {_quoted(several)}. Write the e-mail address of the right one.")
        if faults:
            raise forms.ValidationError(faults)
        return found

    def _called(self, words: str) -> QuerySet[Person]:
        if words.startswith("#") and is_id(words[1:]):
            return self.known.filter(pk=int(words[1:]))
        if "@" in words:
            known = Q(pk__in=Person.objects.with_email(words).values("pk"))
            return self.known.filter(known).order_by("pk")
        return self.known.filter(name=words).order_by("pk")


def _quoted(names: list[str]) -> str:
    shown = ", ".join(f"“{name[:60]}”" for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
