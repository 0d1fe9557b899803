"""The one thing to do next on a case, with its form, for those who may do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wellheard.cases import forms, mails
from wellheard.cases.actions.steps import LANGUAGE_WORDS, WAIT_FOR_THE_CUSTOMER
from wellheard.cases.flow import Status
from wellheard.cases.models import Case, Settled, Severity
from wellheard.cases.views.steps import STEPS, empty_form, may, url_of
from wellheard.core.models.members import Member
from wellheard.ground.working_time import in_words

Bound = Mapping[str, forms.CaseStepForm]


@dataclass(frozen=True)
class StepOnPage:
    """A form on the page: where it goes, what its button says."""

    address: str
    form: forms.CaseStepForm
    url: str
    submit: str
    title: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Next:
    """The panel: what, why, what follows; `step` is the form with the page's primary button, `others` are folded away."""

    title: str
    why: str
    after: str = ""
    step: StepOnPage | None = None
    others: tuple[StepOnPage, ...] = ()
    preview: str = ""


TURN = {
    "acknowledgement": "acknowledge it",
    "assessment": "say how serious it is",
    "investigation": "find out what happened",
    "answer": "write the answer",
    "closing": "close it",
    "reopening": "look at it again",
}


def on_page(address: str, case: Case, member: Member, bound: Bound, title: str = "") -> StepOnPage | None:
    """A form as the page shows it; None for those who may not. What someone has typed wrongly stands open."""
    step = STEPS[address]
    if not may(step, case, member):
        return None
    form = bound.get(address) or empty_form(step, case, member)
    return StepOnPage(address, form, url_of(address, case), step.submit, title, address in bound)


def turn_of(case: Case) -> str:
    """Which step comes next; empty when it is the customer's turn, or nobody's."""
    match case.status:
        case Status.RECEIVED:
            return "acknowledgement"
        case Status.ACKNOWLEDGED:
            return "assessment"
        case Status.ASSESSED:
            return "investigation"
        case Status.INVESTIGATING:
            return "answer" if case.cause_words else "investigation"
        case Status.ANSWERED:
            return {Settled.YES.value: "closing", Settled.NO.value: "reopening"}.get(case.settled, "")
    return ""


def next_of(case: Case, member: Member, now: datetime, bound: Bound) -> Next | None:
    """The panel; None for a closed case."""
    if case.status == Status.CLOSED:
        return None
    turn, who = turn_of(case), case.customer_name
    until = (case.answered_again_at or case.answered_at or now) + WAIT_FOR_THE_CUSTOMER
    if not turn and until > now:
        return _waiting_for_the_customer(case, member, until, now, bound)
    title, why, after = _said(turn, case, who)
    turn = turn or "closing"
    step = on_page(turn, case, member, bound)
    others = [on_page(address, case, member, bound, words) for address, words in _also(turn, case)]
    if step is None:
        return Next(f"{case.owner.name} does this next: {TURN[turn]}", "Your role looks on here.")
    preview = mails.acknowledgement(case, "")[1] if turn == "acknowledgement" and case.contact_email else ""
    return Next(title, why, after, step, tuple(each for each in others if each is not None), preview)


def _said(turn: str, case: Case, who: str) -> tuple[str, str, str]:
    match turn:
        case "acknowledgement":
            return (f"Next: acknowledge {who}", _how_to_tell(case, who), "After that: say how serious it is.")
        case "assessment":
            return (
                "Next: say how serious it is",
                "What it did to them, and whether anyone is in danger. It decides how thoroughly we look.",
                "After that: find out what happened.",
            )
        case "investigation":
            return (
                "Next: find out what happened",
                "Write down what you find, as you find it. Once the cause has a name, the answer can be written.",
                "After that: answer.",
            )
        case "answer":
            return (
                f"Next: tell {who} what we decided",
                f"The cause: {case.cause_words}. Say whether they were right, what they asked for and what they get.",
                "After that we wait two weeks for their word.",
            )
        case "closing":
            return ("Next: close it", f"{who[:1].upper()}{who[1:]} says that it is settled.", "It can be opened again.")
        case "reopening":
            return (
                "Next: look at it again",
                f"{who[:1].upper()}{who[1:]} says that our answer does not settle it.",
                "A new answer is promised from then on; the first stays as it was.",
            )
    return (
        "Next: close it, or look again",
        f"{who[:1].upper()}{who[1:]} has had two weeks to say whether it is settled, and has not.",
        "It can be opened again.",
    )


def _how_to_tell(case: Case, who: str) -> str:
    if not case.contact_email:
        return f"{who[:1].upper()}{who[1:]} left no e-mail address: tell them yourself, with the reference and our deadline."
    language = LANGUAGE_WORDS.get(case.language, case.language)
    return (
        f"They have not heard from a person yet. The mail in {language} is ready, with the reference, our deadline and the "
        "address of their page."
    )


def _also(turn: str, case: Case) -> list[tuple[str, str]]:
    is_serious = case.is_safety or (case.severity or 0) >= Severity.SERIOUS
    match turn:
        case "investigation" if case.status == Status.INVESTIGATING or not is_serious:
            return [("answer", "Answer without naming a cause")]
        case "answer":
            return [("investigation", "Add to what we found")]
        case "closing":
            return [("reopening", "Look at it again")]
        case "reopening":
            return [("closing", "Close it as not accepted")]
    return []


def _waiting_for_the_customer(case: Case, member: Member, until: datetime, now: datetime, bound: Bound) -> Next:
    others = (
        on_page("word", case, member, bound, "They told me something"),
        on_page("closing", case, member, bound, "Close it"),
        on_page("reopening", case, member, bound, "Look at it again"),
    )
    who = case.customer_name
    return Next(
        f"Waiting for {who}",
        f"Our answer is out. We wait for their word until {in_words(until, now, case.site.zone)}; then decide whether to "
        "close it.",
        others=tuple(each for each in others if each is not None),
    )
