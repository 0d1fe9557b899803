"""From the acknowledgement to the end. Each verb moves the status, notes what happened and names the next step."""

from collections.abc import Sequence
from datetime import datetime

from wellheard.cases import mails, promises
from wellheard.cases.actions.steps import (
    WAIT_FOR_THE_CUSTOMER,
    noted,
    send,
    told_how,
    wait_for,
    was_told,
)
from wellheard.cases.flow import CASE_FLOW
from wellheard.cases.models import Case, Entry, Finding, Outcome, Settled, Severity
from wellheard.cases.owners import manager_for
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.tasks import end_tasks_about
from wellheard.ground.working_time import in_words

SERIOUS = Severity.SERIOUS


@action("cases.acknowledge")
def acknowledge(case: Case, by: Actor, *, at: datetime, text: str = "", how: str = "") -> Case:
    """Tell the customer that a person looks after it, and until when we answer: by mail, or (`how`) by phone, letter or in
    person where there is no address. `text` is added in the writer's own words. The deadline of the answer stays."""
    CASE_FLOW.take(case, "acknowledge")
    told = told_how(case, how)
    case.acknowledged_at = at
    case.save()
    subject_and_text = mails.acknowledgement(case, text.strip())
    message = send(case, subject_and_text, "acknowledgement", at=at)
    noted(
        case,
        by,
        f"acknowledged it {told}. We promised an answer by {in_words(case.answer_due, at, case.site.zone)}.",
        at=at,
        what=Entry.What.MESSAGE_OUT,
        text=subject_and_text[1] if message is not None else text,
        language=case.language,
        message=message,
    )
    end_tasks_about(case, by, at=at, verb="late-acknowledge")
    wait_for(case, "assess", by, at=at, due_at=case.answer_due)
    return case


@action("cases.assess")
def assess(
    case: Case, by: Actor, *, at: datetime, severity: int, is_safety: bool = False, note: str = "", impact: str = ""
) -> Case:
    """Say how serious it is. Danger to people, or the worst severity, alerts a quality manager at once."""
    CASE_FLOW.take(case, "assess")
    if severity not in Severity.values:
        raise Refusal("Choose how serious it is, from 1 to 4. Nothing was changed.", field="severity")
    case.severity, case.is_safety = severity, is_safety
    case.assessment_note, case.impact = note, impact
    case.assessed_at = at
    case.save()
    danger = " People may be in danger." if is_safety else ""
    noted(case, by, f"assessed it as {Severity(severity).label}.{danger}", at=at, text=note)
    wait_for(case, "investigate", by, at=at, due_at=case.due_at)
    manager = manager_for(case, other_than_owner=True)
    if (is_safety or severity == Severity.CRITICAL) and manager != case.owner:
        why = "People may be in danger." if is_safety else "It is as serious as it can be."
        wait_for(case, "alert", by, at=at, due_at=at, owner=manager, note=f"{case.reference}: {case.title}. {why}")
    return case


@action("cases.investigate")
def investigate(
    case: Case, by: Actor, *, at: datetime, findings: str = "", cause_words: str = "", cause_told: str = ""
) -> Case:
    """Write down what we found out. `cause_words` names the cause in a few words, the same words for the same cause;
    `cause_told` is what the customer may read about it. Until a cause is named, the investigation goes on."""
    CASE_FLOW.take(case, "investigate")
    if not (findings.strip() or cause_words.strip()):
        raise Refusal("Nothing is written yet. Write what you found, or the cause, and save again.", field="findings")
    case.findings = "\n\n".join(part for part in (case.findings, findings.strip()) if part)
    case.cause_words = " ".join(cause_words.split())[:200] or case.cause_words
    case.cause_told = cause_told.strip() or case.cause_told
    case.investigated_at = at
    case.save()
    summary = f"found the cause: {cause_words.strip()}." if cause_words.strip() else "looked into it."
    noted(case, by, summary, at=at, text=findings)
    wait_for(case, "answer" if case.cause_words else "investigate", by, at=at, due_at=case.due_at)
    return case


@action("cases.answer")
def answer(
    case: Case,
    by: Actor,
    *,
    at: datetime,
    finding: str,
    text: str,
    remedies: Sequence[dict[str, str]] = (),
    how: str = "",
) -> Case:
    """Tell the customer what we found and what we decided. `remedies` are rows {asked, decided, when}."""
    if case.status == "assessed" and (case.is_safety or (case.severity or 0) >= SERIOUS):
        raise Refusal(
            "This is serious, so write down what you found before you answer. Nothing was sent.", field="text"
        )
    is_again = case.answered_at is not None
    CASE_FLOW.take(case, "answer")
    if finding not in Finding.values:
        raise Refusal("Say whether they were right. Nothing was sent; what you wrote is still here.", field="finding")
    if not text.strip():
        raise Refusal("The answer is still empty, so nothing was sent. Write it and send it again.", field="text")
    told = told_how(case, how)
    case.finding, case.answer_text, case.remedies = finding, text, clean_remedies(remedies)
    if is_again:
        case.answered_again_at = at
    else:
        case.answered_at = at
    case.settled = ""
    case.save()
    number = Entry.objects.filter(case=case, summary__startswith="answered").count()
    message = send(case, mails.answer(case), "answer", at=at, number=number)
    noted(
        case,
        by,
        f"answered{' again' if is_again else ''} {told}: {Finding(finding).label}.",
        at=at,
        what=Entry.What.MESSAGE_OUT,
        text=mails.answer_words(case),
        language=case.language,
        message=message,
    )
    # The answer is written by somebody who has read what came before it.
    for verb in ("late-answer", "late-again", "look_again", "read"):
        end_tasks_about(case, by, at=at, verb=verb)
    wait_for(case, "close", by, at=at, due_at=at + WAIT_FOR_THE_CUSTOMER)
    return case


def clean_remedies(remedies: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Rows with what was asked and what was decided; empty ones fall away, half ones are refused."""
    kept = []
    for each in remedies:
        row = {name: str(each.get(name, "") or "").strip() for name in ("asked", "decided", "when")}
        if not any(row.values()):
            continue
        if not (row["asked"] and row["decided"]):
            raise Refusal(
                "A line of what they asked has no decision (or a decision has no wish). Nothing was sent; complete it.",
                field="remedies",
            )
        kept.append(row)
    return kept


@action("cases.close")
def close(case: Case, by: Actor, *, at: datetime, outcome: str, recourse: str = "") -> Case:
    """End it. A customer who does not accept our answer must have been told where else they can turn (`recourse`)."""
    CASE_FLOW.take(case, "close")
    if outcome not in Outcome.values:
        raise Refusal("Say how it ended. Nothing was changed.", field="outcome")
    if case.settled == Settled.NO and outcome in {Outcome.CONTENT, Outcome.NO_WORD}:
        raise Refusal(
            "The customer told us that it is not settled. Nothing was changed. Look at it again, or close it as not "
            "accepted and name the further way that they were told.",
            field="outcome",
        )
    if outcome == Outcome.NOT_ACCEPTED and not recourse.strip():
        raise Refusal(
            "Which further way did we name to them: a review, an arbitration body? Nothing was changed; write it down and "
            "close it again.",
            field="recourse",
        )
    case.outcome, case.recourse, case.closed_at = outcome, recourse.strip(), at
    case.save()
    noted(case, by, f"closed it: {Outcome(outcome).label}.", at=at, text=recourse)
    end_tasks_about(case, by, at=at)
    was_told(case, by, at=at, done=False)
    return case


@action("cases.withdraw")
def withdraw(case: Case, by: Actor, *, at: datetime, reason: str) -> Case:
    """The customer takes it back before we have answered."""
    CASE_FLOW.take(case, "withdraw")
    if not reason.strip():
        raise Refusal("How did they withdraw it, and why? Nothing was changed; write it down.", field="reason")
    case.finding, case.outcome, case.closed_at = Finding.WITHDRAWN, Outcome.WITHDRAWN, at
    case.save()
    noted(case, by, "closed it: the customer withdrew it.", at=at, text=reason)
    end_tasks_about(case, by, at=at, done=False)
    was_told(case, by, at=at, done=False)
    return case


@action("cases.reopen")
def reopen(case: Case, by: Actor, *, at: datetime, reason: str) -> Case:
    """Look at it again: a new answer is promised from now on. The first answer and its deadline stay as they were."""
    CASE_FLOW.take(case, "reopen")
    if not reason.strip():
        raise Refusal("Why is it looked at again? Nothing was changed; write it down.", field="reason")
    deadline = promises.due_from(case.site, at, promises.stored_promise(case.promised, "answer"))
    case.reopened_at, case.again_due = at, deadline.due
    case.again_explained = promises.explained(deadline, case.site)
    case.closed_at, case.outcome, case.recourse = None, "", ""
    case.save()
    noted(case, by, "looks at it again.", at=at, text=reason)
    end_tasks_about(case, by, at=at, verb="look_again")
    wait_for(case, "investigate", by, at=at, due_at=case.again_due)
    return case
