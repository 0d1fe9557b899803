"""What people type when they write a survey. Questions are added and removed without a script, by plain buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from wellheard.core.models import Member, Site
from wellheard.surveys.actions import NewQuestion
from wellheard.surveys.models import LANGUAGES, QuestionKind, Survey

MOST_QUESTIONS = 20
FIRST_WORDS: dict[str, dict[str, str]] = {
    QuestionKind.NPS: {
        "en": "How likely are you to recommend us to a friend or colleague?",
        "de": "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
        "fr": "Recommanderiez-vous notre entreprise à un proche ou à un collègue ?",
    },
    QuestionKind.CSAT: {
        "en": "How satisfied are you with what we did for you?",
        "de": "Wie zufrieden sind Sie mit dem, was wir für Sie getan haben?",
        "fr": "Êtes-vous satisfait de ce que nous avons fait pour vous ?",
    },
    QuestionKind.TEXT: {
        "en": "What is the main reason for your answer?",
        "de": "Was ist der wichtigste Grund für Ihre Antwort?",
        "fr": "Quelle est la raison principale de votre réponse ?",
    },
}
LOW_WORDS: dict[str, dict[str, str]] = {
    QuestionKind.NPS: {"en": "not at all likely", "de": "gar nicht wahrscheinlich", "fr": "pas du tout probable"},
    QuestionKind.CSAT: {"en": "very dissatisfied", "de": "sehr unzufrieden", "fr": "très insatisfait"},
}
HIGH_WORDS: dict[str, dict[str, str]] = {
    QuestionKind.NPS: {"en": "extremely likely", "de": "äußerst wahrscheinlich", "fr": "tout à fait probable"},
    QuestionKind.CSAT: {"en": "very satisfied", "de": "sehr zufrieden", "fr": "très satisfait"},
}
KIND_TITLES = {
    QuestionKind.NPS: "Recommend, 0 to 10",
    QuestionKind.CSAT: "Satisfied, 1 to 5",
    QuestionKind.TEXT: "In their own words",
}


class SurveyForm(forms.Form):
    """The survey itself; its texts for the languages that were chosen."""

    title = forms.CharField(max_length=200, help_text="For yourselves; customers don’t see it.")
    site = forms.ModelChoiceField(Site.objects.none(), required=False, empty_label="Every site")
    languages = forms.MultipleChoiceField(
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose a language; the wording of each question is asked for in it."},
    )

    def __init__(self, *args: Any, member: Member, shown: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.visible_to(member).order_by("name")
        everywhere = any(held.site_id is None for held in member.held())
        if not everywhere:
            sites = sites.filter(pk__in=[held.site_id for held in member.held()])
            self.fields["site"] = forms.ModelChoiceField(sites, empty_label=None)
        else:
            self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        for code in shown:
            for name, label in (("intro", "Above the first question"), ("thanks", "After the answer")):
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=f"{label}, {LANGUAGES[code]}",
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                )

    def texts(self, name: str) -> dict[str, str]:
        """The texts of this name by language, empty ones left out."""
        found = {code: self.cleaned_data.get(f"{name}_{code}", "").strip() for code in LANGUAGES}
        return {code: text for code, text in found.items() if text}


class QuestionForm(forms.Form):
    """One question: its kind is fixed when it is added, its wording is asked for in each chosen language."""

    kind = forms.ChoiceField(choices=QuestionKind.choices, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, code in enumerate(shown):
            self.fields[f"text_{code}"] = forms.CharField(
                label=f"Wording, {LANGUAGES[code]}",
                required=place == 0,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                error_messages={"required": "This question has no wording yet. Write it, or remove the question."},
            )
        self.fields["required"] = forms.BooleanField(label="Must be answered", required=False)

    @property
    def kind_title(self) -> str:
        """What kind of question it is, in words."""
        kind = str(self["kind"].value() or "")
        return str(KIND_TITLES.get(kind, ""))  # type: ignore[call-overload]

    def new_question(self) -> NewQuestion:
        """The question as it was written."""
        data = self.cleaned_data
        kind = data["kind"]
        texts = {code: data.get(f"text_{code}", "").strip() for code in LANGUAGES}
        texts = {code: text for code, text in texts.items() if text}
        return NewQuestion(
            kind=kind,
            texts=texts,
            key=data["key"],
            low_words={code: LOW_WORDS[kind][code] for code in texts if kind in LOW_WORDS},
            high_words={code: HIGH_WORDS[kind][code] for code in texts if kind in HIGH_WORDS},
            required=data["required"],
        )


class SurveyEditor:
    """The forms of a survey and its questions together, as they were sent or as they begin."""

    def __init__(self, member: Member, data: QueryDict | None, survey: Survey | None = None) -> None:
        initial = _initial(survey) if survey is not None else _first(member)
        start = data if data is not None else None
        self.shown = _shown(data.getlist("languages") if data is not None else initial["languages"])
        self.present = {each.key: each for each in survey.questions.all()} if survey is not None else {}
        self.form = SurveyForm(start, member=member, shown=self.shown, initial=initial)
        questions = _sent(data) if data is not None else initial["questions"]
        self.prefixes = [each["prefix"] for each in questions]
        self.questions = [
            QuestionForm(start, prefix=each["prefix"], shown=self.shown, initial=each) for each in questions
        ]

    def is_valid(self) -> bool:
        """Is everything there? Every form is looked at, so that every mistake is shown at once."""
        return all([self.form.is_valid(), *(each.is_valid() for each in self.questions)])

    def quieten(self) -> None:
        """Show no mistakes yet: a button was pressed on the way, nothing was to be saved."""
        for each in (self.form, *self.questions):
            each._errors = ErrorDict()  # type: ignore[attr-defined]

    @property
    def text_fields(self) -> list[forms.BoundField]:
        """The texts around the questions, in the languages that are shown."""
        return [self.form[f"{name}_{code}"] for code in self.shown for name in ("intro", "thanks")]

    @property
    def order(self) -> str:
        """The questions' names in their order, for the next round."""
        return ",".join(self.prefixes)

    def values(self) -> dict[str, Any]:
        """What `create_survey` and `amend_draft` want."""
        return {
            "title": self.form.cleaned_data["title"],
            "site": self.form.cleaned_data["site"],
            "languages": list(self.shown),
            "intro": self.form.texts("intro"),
            "thanks": self.form.texts("thanks"),
            "questions": [self._question(each) for each in self.questions],
        }

    def _question(self, form: QuestionForm) -> NewQuestion:
        """As it was written; what the page doesn't show of a question that was there stays as it was."""
        written = form.new_question()
        present = self.present.get(written.key)
        if present is None or present.kind_of_question != written.kind:
            return written
        return replace(
            written,
            hints=present.hints,
            low_words={**written.low_words, **present.low_words},
            high_words={**written.high_words, **present.high_words},
        )


def changed_data(data: QueryDict) -> QueryDict | None:
    """The sent data after a button that adds or removes a question; None when another button was pressed."""
    again = data.copy()
    order = data.get("order", "").split(",") if data.get("order") else []
    if (kind := data.get("add", "")) in QuestionKind.values:
        if len(order) < MOST_QUESTIONS:
            prefix = f"q{1 + max((int(each[1:]) for each in order if each[1:].isdecimal()), default=0)}"
            again[f"{prefix}-kind"] = kind
            for code in LANGUAGES:
                again[f"{prefix}-text_{code}"] = FIRST_WORDS[kind][code]
            order.append(prefix)
    elif (gone := data.get("remove", "")) in order:
        order.remove(gone)
    elif "show" in data:
        _offer_words(again, order)
    else:
        return None
    again["order"] = ",".join(order)
    return again


def _offer_words(data: QueryDict, order: Sequence[str]) -> None:
    """A language that was just chosen brings its words, as long as the question still has our own wording."""
    for prefix in order:
        ours = FIRST_WORDS.get(data.get(f"{prefix}-kind", ""), {})
        if any(data.get(f"{prefix}-text_{code}") == text for code, text in ours.items()):
            for code, text in ours.items():
                data.setdefault(f"{prefix}-text_{code}", text)


def _sent(data: QueryDict) -> list[dict[str, Any]]:
    """The questions that were sent, in their order."""
    order = [each for each in data.get("order", "").split(",") if each[:1] == "q" and each[1:].isdecimal()]
    return [{"prefix": prefix} for prefix in dict.fromkeys(order[:MOST_QUESTIONS])]


def _shown(languages: Sequence[str]) -> list[str]:
    return [code for code in LANGUAGES if code in languages] or ["en"]


def _first(member: Member) -> dict[str, Any]:
    """A survey that could be opened at once: one question and room for their words."""
    language = member.language if member.language in LANGUAGES else "en"
    kinds = (QuestionKind.NPS.value, QuestionKind.TEXT.value)
    return {
        "languages": [language],
        "questions": [
            {"prefix": f"q{place}", "kind": kind, **{f"text_{code}": FIRST_WORDS[kind][code] for code in LANGUAGES}}
            for place, kind in enumerate(kinds, start=1)
        ],
    }


def _initial(survey: Survey) -> dict[str, Any]:
    def texts(name: str, values: Mapping[str, str]) -> dict[str, str]:
        return {f"{name}_{code}": values.get(code, "") for code in LANGUAGES}

    return {
        "title": survey.title,
        "site": survey.site_id,
        "languages": survey.languages,
        **texts("intro", survey.intro),
        **texts("thanks", survey.thanks),
        "questions": [
            {
                "prefix": f"q{place}",
                "kind": each.kind_of_question,
                "key": each.key,
                "required": each.required,
                **texts("text", each.texts),
            }
            for place, each in enumerate(survey.questions.all(), start=1)
        ],
    }
