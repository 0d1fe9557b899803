"""Writing a survey in the browser: questions, mistakes, drafts."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from wellheard.core.models import Member
from wellheard.surveys.actions import NewQuestion, create_survey
from wellheard.surveys.models import Survey

pytestmark = pytest.mark.pages
SignedIn = Callable[[Member], Client]


FORM = {
    "title": "After the visit",
    "site": "",
    "languages": ["en", "de"],
    "order": "q1,q2",
    "q1-kind": "nps",
    "q1-text_en": "Would you recommend us?",
    "q1-text_de": "Würden Sie uns empfehlen?",
    "q1-required": "on",
    "q2-kind": "text",
    "q2-text_en": "Why?",
    "q2-text_de": "",
    "thanks_en": "Thank you.",
    "save": "yes",
}


def test_a_survey_is_written_and_changed(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)

    sent = client.post(reverse("surveys:new"), FORM)

    survey = Survey.objects.get()
    assert sent["Location"] == survey.get_absolute_url()
    assert (survey.title, survey.languages, survey.thanks, survey.owner) == (
        "After the visit",
        ["en", "de"],
        {"en": "Thank you."},
        ana,
    )
    first, second = survey.questions.all()
    assert (first.kind_of_question, first.texts["de"], first.required) == ("nps", "Würden Sie uns empfehlen?", True)
    assert first.low_words == {"en": "not at all likely", "de": "gar nicht wahrscheinlich"}
    assert (second.kind_of_question, second.texts) == ("text", {"en": "Why?"})
    shown = client.get(reverse("surveys:edit", args=[survey.pk])).content.decode()
    assert "Würden Sie uns empfehlen?" in shown
    changed = FORM | {"title": "After our visit", "order": "q1", "q1-key": first.key}
    client.post(reverse("surveys:edit", args=[survey.pk]), changed)
    assert [each.pk for each in Survey.objects.get(title="After our visit").questions.all()] == [first.pk]


def test_questions_are_added_and_removed_without_losing_what_was_typed(ana: Member, signed_in: SignedIn) -> None:
    client = signed_in(ana)
    pressed = {key: value for key, value in FORM.items() if key != "save"}

    added = client.post(reverse("surveys:new"), pressed | {"add": "csat"})
    removed = client.post(reverse("surveys:new"), pressed | {"remove": "q1"})

    assert added.status_code == removed.status_code == 200
    assert added.context["editor"].order == "q1,q2,q3"
    assert "Wie zufrieden sind Sie" in added.content.decode()
    assert "Würden Sie uns empfehlen?" in added.content.decode()
    assert removed.context["editor"].order == "q2"
    assert "not right yet" not in added.content.decode()
    assert Survey.objects.count() == 0


def test_a_form_with_mistakes_keeps_what_was_typed_and_says_what_to_do(ana: Member, signed_in: SignedIn) -> None:
    wrong = FORM | {"title": "", "q2-text_en": ""}

    page = signed_in(ana).post(reverse("surveys:new"), wrong)

    text = page.content.decode()
    assert page.status_code == 422
    assert "This question has no wording yet. Write it, or remove the question." in text
    assert "Würden Sie uns empfehlen?" in text
    assert Survey.objects.count() == 0


def test_an_opened_survey_is_not_edited(survey: Survey, ana: Member, signed_in: SignedIn) -> None:
    page = signed_in(ana).get(reverse("surveys:edit", args=[survey.pk]))

    assert page.status_code == 409


def test_the_empty_list_teaches_and_offers_one_button(ana: Member, signed_in: SignedIn) -> None:
    text = signed_in(ana).get(reverse("surveys:list")).content.decode()

    assert "No surveys yet" in text
    assert "9.1.2" in text
    assert text.count("btn-primary") == 1


def test_changing_a_draft_keeps_what_the_form_does_not_show(ana: Member, now: datetime, signed_in: SignedIn) -> None:
    draft = create_survey(
        "Hints",
        [
            NewQuestion(
                "nps",
                {"en": "Would you?"},
                key="nps",
                hints={"en": "0 is no, 10 is yes"},
                low_words={"en": "never"},
                high_words={"en": "at once"},
            )
        ],
        ana,
        at=now,
    )
    sent = {"title": "Hints", "languages": "en", "order": "q1", "q1-kind": "nps", "q1-key": "nps", "save": "yes"}

    page = signed_in(ana).post(reverse("surveys:edit", args=[draft.pk]), sent | {"q1-text_en": "Would you again?"})

    kept = draft.questions.get()
    assert page.status_code == 302
    assert (kept.texts, kept.hints) == ({"en": "Would you again?"}, {"en": "0 is no, 10 is yes"})
    assert (kept.low_words, kept.high_words) == ({"en": "never"}, {"en": "at once"})
