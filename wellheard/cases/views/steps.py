"""The forms on a case's page: each posts to an address of its own and calls one verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from wellheard.cases import actions, forms
from wellheard.cases.models import Case
from wellheard.core import access
from wellheard.core.models.members import Member
from wellheard.core.records import Record
from wellheard.improvement.actions import open_action, open_analysis

Act = Callable[[Case, Member, datetime, forms.CaseStepForm], Record]


@dataclass(frozen=True)
class Step:
    """A form and what it does. `address` is the last part of its URL, `done` the sentence said afterwards.

    `permission` is the one that shows the form; the verb itself checks again. `leads` opens the page of what was made.
    """

    address: str
    permission: str
    form: type[forms.CaseStepForm]
    act: Act
    done: str
    submit: str
    leads: bool = False


def _typed(verb: Callable[..., Case]) -> Act:
    """The verb, called with what was typed."""

    def act(case: Case, by: Member, at: datetime, form: forms.CaseStepForm) -> Case:
        return verb(case, by, at=at, **form.cleaned_data)

    return act


def _answer(case: Case, by: Member, at: datetime, form: forms.CaseStepForm) -> Case:
    said = {name: form.cleaned_data.get(name, "") for name in ("finding", "text", "how")}
    remedies = form.remedies() if isinstance(form, forms.AnswerForm) else []
    return actions.answer(case, by, at=at, remedies=remedies, **said)


def _word(case: Case, by: Member, at: datetime, form: forms.CaseStepForm) -> Case:
    if form.cleaned_data["said"] == "yes":
        return actions.say_settled(case, by, at=at)
    return actions.say_unsettled(case, by, at=at, text=form.cleaned_data["text"])


def _look_for_cause(case: Case, by: Member, at: datetime, form: forms.CaseStepForm) -> Record:
    return open_analysis(by=by, at=at, origin=case, site=case.site, owner=by, **form.cleaned_data)


def _open_action(case: Case, by: Member, at: datetime, form: forms.CaseStepForm) -> Record:
    return open_action(by=by, at=at, origin=case, site=case.site, owner=by, **form.cleaned_data)


STEPS = {
    step.address: step
    for step in (
        Step(
            "acknowledgement",
            "cases.acknowledge",
            forms.AcknowledgeForm,
            _typed(actions.acknowledge),
            "Acknowledged. Next: say how serious it is.",
            "Acknowledge it",
        ),
        Step(
            "assessment",
            "cases.assess",
            forms.AssessForm,
            _typed(actions.assess),
            "Assessed. Next: find out what happened.",
            "Save the assessment",
        ),
        Step(
            "investigation",
            "cases.investigate",
            forms.InvestigateForm,
            _typed(actions.investigate),
            "What you found is saved.",
            "Save what you found",
        ),
        Step(
            "answer",
            "cases.answer",
            forms.AnswerForm,
            _answer,
            "Answered. Now it is the customer’s turn.",
            "Send the answer",
        ),
        Step("closing", "cases.close", forms.CloseForm, _typed(actions.close), "Closed.", "Close it"),
        Step(
            "withdrawal",
            "cases.withdraw",
            forms.ReasonForm,
            _typed(actions.withdraw),
            "Closed: the customer withdrew it.",
            "Close it as withdrawn",
        ),
        Step(
            "reopening",
            "cases.reopen",
            forms.ReasonForm,
            _typed(actions.reopen),
            "It is looked at again; a new answer is promised.",
            "Look at it again",
        ),
        Step(
            "look", "cases.look", forms.CaseStepForm, _typed(actions.look), "Noted: you have seen it.", "I have seen it"
        ),
        Step("note", "cases.note", forms.NoteForm, _typed(actions.note), "Your note is saved.", "Save the note"),
        Step(
            "message",
            "cases.write_to_customer",
            forms.MessageForm,
            _typed(actions.write_to_customer),
            "Your message is written; it stands on their page.",
            "Send the message",
        ),
        Step("word", "cases.say_settled", forms.WordForm, _word, "What they said is noted.", "Note what they said"),
        Step("owner", "cases.hand_over", forms.HandOverForm, _typed(actions.hand_over), "Handed over.", "Hand it over"),
        Step(
            "kind",
            "cases.reclassify",
            forms.KindForm,
            _typed(actions.reclassify),
            "It is called what it is now.",
            "Call it that",
        ),
        Step(
            "cause",
            "improvement.open_analysis",
            forms.CauseForm,
            _look_for_cause,
            "Now ask why, until you come to the root.",
            "Look for the cause",
            leads=True,
        ),
        Step(
            "action",
            "improvement.open_action",
            forms.ActionForm,
            _open_action,
            "The action is proposed. Next: say how you will know that it worked.",
            "Open a corrective action",
            leads=True,
        ),
    )
}


def may(step: Step, case: Case, member: Member) -> bool:
    """Is this form for this member? Readers see the page and none of its forms."""
    if member.is_read_only:
        return False
    if step.permission.startswith("improvement."):
        return access.may(member, step.permission) and access.may(member, "cases.note", case)
    return access.may(member, step.permission, case)


def empty_form(step: Step, case: Case, member: Member) -> forms.CaseStepForm:
    """The form before anyone has typed, with what is known already."""
    return step.form(case=case, member=member, auto_id=f"{step.address}_%s", initial=_initial(step.address, case))


def filled_form(step: Step, case: Case, member: Member, data: Any) -> forms.CaseStepForm:
    return step.form(data, case=case, member=member, auto_id=f"{step.address}_%s")


def _initial(address: str, case: Case) -> dict[str, Any]:
    match address:
        case "investigation":
            return {"cause_words": case.cause_words, "cause_told": case.cause_told}
        case "answer":
            rows = case.remedies or (
                [{"asked": " ".join(case.remedy_sought.split())[:500]}] if case.remedy_sought else []
            )
            lines = {f"{name}_{line}": value for line, row in enumerate(rows) for name, value in row.items()}
            return {"finding": case.finding} | lines
        case "kind":
            return {"kind": case.kind_of_case}
        case "cause" | "action":
            return {"title": case.cause_words or case.title, "problem": case.findings or case.title}
        case "closing":
            return {"outcome": {"yes": "content", "no": "not_accepted"}.get(case.settled, "no_word")}
    return {}


def url_of(address: str, case: Case) -> str:
    """Where the form of this step posts to."""
    return reverse(f"cases:{address}", args=[case.pk])
