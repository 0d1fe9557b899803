"""What people type about cases, made clean."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from wellheard.cases.indicators import causes
from wellheard.cases.models import Case, Channel, ClockRule, Entry, Finding, Kind, Outcome, Severity, Unit
from wellheard.cases.texts import LANGUAGES
from wellheard.core import access
from wellheard.core.actors import Role
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Site
from wellheard.customers.forms import AccountField

HOW = [
    ("phone", "by phone"),
    ("letter", "by letter"),
    ("visit", "in person"),
    ("nobody", "not at all: they left no name and no address"),
]
REMEDY_LINES = 3


def long_text(rows: int = 5, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows} | attrs)


class CaseStepForm(forms.Form):
    """A form about a case. For a customer without an address it asks `how` they were told, where that matters."""

    asks_how = False

    def __init__(self, *args: Any, case: Case, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.member = case, member
        if self.asks_how and not case.contact_email:
            self.fields["how"] = forms.ChoiceField(label="How did you tell them?", choices=[("", "Choose"), *HOW])


class AcknowledgeForm(CaseStepForm):
    asks_how = True
    text = forms.CharField(
        required=False,
        label="A sentence of your own",
        widget=long_text(3),
        help_text="In their language. The rest is written already.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "how" in self.fields:
            self.fields["text"].label, self.fields["text"].help_text = "What you told them", ""


class AssessForm(CaseStepForm):
    severity = forms.TypedChoiceField(
        label="How serious is it for them?", choices=Severity.choices, coerce=int, widget=forms.RadioSelect
    )
    is_safety = forms.BooleanField(
        required=False, label="People may be in danger", help_text="A quality manager is alerted at once."
    )
    impact = forms.CharField(required=False, label="What does it mean for them?", widget=long_text(2))
    note = forms.CharField(required=False, label="Note for us", widget=long_text(2))


class InvestigateForm(CaseStepForm):
    findings = forms.CharField(required=False, label="What did you find?", widget=long_text(5))
    cause_words = forms.CharField(
        required=False,
        max_length=200,
        label="The cause, in a few words",
        help_text="The same words for the same cause, so that it can be counted. Leave it empty while you don’t know.",
        widget=forms.TextInput(attrs={"list": "causes", "autocomplete": "off"}),
    )
    cause_told = forms.CharField(
        required=False,
        label="What the customer may read about it",
        help_text="In their language. It stands on their page at once.",
        widget=long_text(2),
    )

    def suggestions(self) -> list[str]:
        """Causes that were named before."""
        return [words for words, _label in causes()]


class AnswerForm(CaseStepForm):
    asks_how = True
    finding = forms.ChoiceField(
        label="Were they right?",
        choices=[("", "Choose"), *[each for each in Finding.choices if each[0] != "withdrawn"]],
    )
    text = forms.CharField(
        label="The answer",
        widget=long_text(9),
        help_text="In their language: what we found, what we do. How to ask again is added.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Never fewer than there are: those of a first answer would be lost with the second.
        self.line_count = max(REMEDY_LINES, len(self.case.remedies))
        for line in range(self.line_count):
            for name, label in (("asked", "They asked"), ("decided", "We decided"), ("when", "When")):
                self.fields[f"{name}_{line}"] = forms.CharField(required=False, max_length=500, label=label)

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of what they asked and what we decided, line by line."""
        return [[self[f"{name}_{line}"] for name in ("asked", "decided", "when")] for line in range(self.line_count)]

    def remedies(self) -> list[dict[str, str]]:
        """What was typed there."""
        return [
            {name: self.cleaned_data[f"{name}_{line}"] for name in ("asked", "decided", "when")}
            for line in range(self.line_count)
        ]


class CloseForm(CaseStepForm):
    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=[each for each in Outcome.choices if each[0] != "withdrawn"],
        widget=forms.RadioSelect,
    )
    recourse = forms.CharField(
        required=False,
        label="If they don’t accept it: which further way did we name to them?",
        widget=long_text(2),
    )


class ReasonForm(CaseStepForm):
    reason = forms.CharField(label="Why?", widget=long_text(3))


class NoteForm(CaseStepForm):
    what = forms.ChoiceField(
        label="What is it?",
        choices=[
            (Entry.What.NOTE, "a note"),
            (Entry.What.CALL, "a call"),
            (Entry.What.LETTER, "a letter"),
            (Entry.What.VISIT, "a meeting"),
        ],
    )
    text = forms.CharField(
        label="What was said or done?", widget=long_text(4), help_text="For us. The customer does not see it."
    )


class MessageForm(CaseStepForm):
    text = forms.CharField(
        label="Your message", widget=long_text(4), help_text="It goes out by mail and stands on their page."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.case.contact_email:
            self.fields[
                "text"
            ].help_text = "It stands on their page. They left no address, so no mail tells them of it."


class WordForm(CaseStepForm):
    said = forms.ChoiceField(
        label="What did they say?",
        choices=[("yes", "It is settled"), ("no", "It is not settled")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(required=False, label="If not: what is still not right?", widget=long_text(2))


class HandOverForm(CaseStepForm):
    owner = forms.ModelChoiceField(Member.objects.none(), label="Who looks after it from now on?", empty_label="Choose")
    reason = forms.CharField(required=False, label="Why?", widget=long_text(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = handlers_of(self.case.site, without=self.case.subject_member_id)
        self.fields["owner"].queryset = people.exclude(pk=self.case.owner_id)  # type: ignore[attr-defined]


class KindForm(CaseStepForm):
    kind = forms.ChoiceField(label="What is it really?", choices=Kind.choices)
    reason = forms.CharField(label="Why?", widget=long_text(2))


class CauseForm(CaseStepForm):
    title = forms.CharField(max_length=200, label="What went wrong, in a few words")
    problem = forms.CharField(label="What happened, as far as we know?", widget=long_text(4))


class ActionForm(CaseStepForm):
    title = forms.CharField(max_length=200, label="What shall change, in a few words")
    what = forms.CharField(label="What exactly is done?", widget=long_text(4))


def handlers_of(site: Site, *, without: int | None = None) -> QuerySet[Member]:
    """Who may look after cases of a site."""
    at_the_site = Q(grants__site=site) | Q(grants__site=None)
    rows: QuerySet[Member] = Member.objects.get_queryset()
    handling = rows.filter(at_the_site, grants__role__in=(Role.FRONT_LINE, Role.QUALITY_MANAGER), is_active=True)
    return handling.exclude(pk=without or 0).distinct().order_by("name")


class NewCaseForm(forms.Form):
    """A matter that reached one of us by phone, letter, mail or in person."""

    words = forms.CharField(
        label="What did they say?",
        strip=False,
        widget=long_text(7),
        help_text="In their own words, whole. Nothing of it is ever changed.",
    )
    remedy_sought = forms.CharField(
        required=False,
        strip=False,
        label="What do they want us to do?",
        widget=long_text(2),
        help_text="In their own words, too.",
    )
    title = forms.CharField(
        required=False,
        max_length=300,
        label="In short",
        help_text="For the list. Left empty, it is the first sentence.",
    )
    kind = forms.ChoiceField(label="What is it?", choices=Kind.choices)
    channel = forms.ChoiceField(
        label="How did it reach us?",
        choices=[(value, label) for value, label in Channel.choices if value not in {"survey", "form"}],
    )
    received_at = forms.DateTimeField(
        label="When were we told?",
        help_text="The clocks run from here, not from now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    event_on = forms.DateField(
        required=False,
        label="When did it happen?",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    contact_name = forms.CharField(required=False, max_length=200, label="Who said it?")
    contact_email = forms.EmailField(
        required=False,
        label="E-mail address",
        help_text="Without one you tell them by phone or letter, and note that you did.",
    )
    contact_phone = forms.CharField(required=False, max_length=50, label="Phone")
    language = forms.ChoiceField(label="Their language", choices=list(LANGUAGES.items()))
    site = forms.ModelChoiceField(Site.objects.none(), label="Which site is it about?", empty_label="Choose")
    owner = forms.ModelChoiceField(
        Member.objects.none(),
        required=False,
        label="Who looks after it?",
        empty_label="Whoever has the fewest there",
    )
    subject_member = forms.ModelChoiceField(
        Member.objects.none(),
        required=False,
        label="Is it about one of us?",
        empty_label="No",
        help_text="Then it is hidden from that person.",
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            member, required=False, label="For which customer?", help_text="Name or reference, if we know them."
        )
        self.order_fields(("words", "remedy_sought", "title", "kind", "channel", "received_at", "event_on", "account"))
        sites = Site.objects.visible_to(member).order_by("name")
        allowed = [site.pk for site in sites if access.may(member, "cases.open_case", Case(pk=-1, site=site))]
        self.fields["site"].queryset = sites.filter(pk__in=allowed)  # type: ignore[attr-defined]
        if len(allowed) == 1:
            self.fields["site"].initial = allowed[0]
        elif member.site_id in allowed:
            self.fields["site"].initial = member.site_id
        people = Member.objects.visible_to(member).filter(is_active=True).order_by("name")
        self.fields["subject_member"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people.filter(  # type: ignore[attr-defined]
            grants__role__in=(Role.FRONT_LINE, Role.QUALITY_MANAGER)
        ).distinct()

    @staticmethod
    def beginning(member: Member, now: datetime) -> dict[str, Any]:
        """What stands in an empty form."""
        return {
            "received_at": timezone.localtime(now).replace(second=0, microsecond=0),
            "kind": "complaint",
            "channel": "phone",
        }

    def suggestions(self) -> list[str]:
        """Customers to choose from while typing."""
        field = self.fields["account"]
        return field.suggestions() if isinstance(field, AccountField) else []


class PromiseForm(forms.ModelForm[ClockRule]):
    """How soon we promise to acknowledge and to answer."""

    class Meta:
        model = ClockRule
        fields = (
            "kind_of_case",
            "site",
            "acknowledge_amount",
            "acknowledge_unit",
            "answer_amount",
            "answer_unit",
            "valid_from",
            "source",
        )
        labels = {
            "kind_of_case": "For which kind",
            "site": "For which site",
            "acknowledge_amount": "Acknowledge within",
            "acknowledge_unit": "counted in",
            "answer_amount": "Answer within",
            "answer_unit": "counted in",
            "valid_from": "From which day on",
            "source": "Who decided it, or which rule asks for it",
        }
        help_texts = {
            "kind_of_case": "",
            "valid_from": "For cases received on this day or later.",
            "source": "“Board, 2 November 2026”, a contract, a law.",
        }
        widgets = {
            "valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "source": forms.TextInput(),
        }

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = any(held.role == Role.QUALITY_MANAGER and held.site_id is None for held in member.held())
        mine = {
            held.site_id for held in member.held() if held.role == Role.QUALITY_MANAGER and held.site_id is not None
        }
        sites = Site.objects.visible_to(member).order_by("name")
        site = self.fields["site"]
        site.queryset = sites if everywhere else sites.filter(pk__in=mine)  # type: ignore[attr-defined]
        site.empty_label = "Every site" if everywhere else "Choose"  # type: ignore[attr-defined]
        site.required = not everywhere
        self.fields["kind_of_case"].choices = [("", "Every kind"), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["kind_of_case"].required = False
        for name in ("acknowledge_unit", "answer_unit"):
            self.fields[name].choices = Unit.choices  # type: ignore[attr-defined]
