"""Asking a question in other words: changed while nobody has answered it, asked anew with a visible break afterwards."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wellheard.core import access
from wellheard.core.errors import Refusal
from wellheard.core.views import member_of
from wellheard.surveys.actions import ask_anew, reword
from wellheard.surveys.models import LANGUAGES, Answer, Question, Survey


class WordingForm(forms.Form):
    """The words in each language of the survey."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(question.survey.languages) or ["en"]
        for place, code in enumerate(self.languages):
            self.fields[code] = forms.CharField(
                label=f"Wording, {LANGUAGES.get(code, code)}",
                initial=question.texts.get(code, ""),
                required=place == 0,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                error_messages={
                    "required": "The question needs words in the survey’s main language. Nothing was changed."
                },
            )

    def texts(self) -> dict[str, str]:
        """The wording by language; only the languages that have one."""
        return {code: self.cleaned_data[code] for code in self.languages if self.cleaned_data[code]}


@login_required
@require_http_methods(["GET", "POST"])
def wording(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Give one question of a survey new words."""
    member = member_of(request)
    survey = get_object_or_404(Survey.objects.visible_to(member), pk=pk)
    asked = get_object_or_404(Question.objects.select_related("survey"), pk=question, survey=survey)
    access.require(member, "surveys.reword", survey)
    if asked.retired_at is not None:
        raise Http404
    answered = Answer.objects.filter(question=asked).exists()
    form = WordingForm(request.POST or None, question=asked)
    if request.method == "POST" and form.is_valid():
        change, done = (
            (
                ask_anew,
                "It is asked in the new words from now on. Its score starts again, and the charts show the break.",
            )
            if answered
            else (reword, "The new words are in place.")
        )
        try:
            change(survey, asked, form.texts(), member, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(survey.get_absolute_url())
    context = {"survey": survey, "question": asked, "form": form, "answered": answered}
    return render(request, "surveys/wording.html", context, status=422 if form.errors else 200)
