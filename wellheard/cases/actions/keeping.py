"""What is done with a case on the way: noting, writing, handing over, calling it what it is; and making promises."""

from datetime import date, datetime

from wellheard.cases import mails
from wellheard.cases.actions.opening import refuse_unfit_owner
from wellheard.cases.actions.steps import (
    HANDLING_STEPS,
    TELL_OTHERWISE,
    has_looked,
    looks_of,
    noted,
    send,
    told_how,
    untold_of,
    was_said_just_now,
    was_told,
    who_in_short,
)
from wellheard.cases.models import Case, ClockRule, Entry, Kind, Unit
from wellheard.cases.owners import manager_for
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Site
from wellheard.core.models.tasks import Task
from wellheard.core.records import kind_of
from wellheard.core.tasks import end_tasks_about, open_task

NOTES = {
    Entry.What.NOTE: "noted:",
    Entry.What.CALL: "spoke with the customer by phone.",
    Entry.What.LETTER: "wrote a letter.",
    Entry.What.VISIT: "met the customer.",
}


@action("cases.note")
def note(case: Case, by: Actor, *, at: datetime, text: str, what: str = Entry.What.NOTE) -> Case:
    """Write down a call, a letter, a visit or a thought. For us; the customer does not see it."""
    if not text.strip():
        raise Refusal("The note is still empty. Nothing was saved; write it and save again.", field="text")
    if what not in NOTES:
        raise Refusal("Say whether it is a note, a call, a letter or a visit. Nothing was saved.", field="what")
    noted(case, by, NOTES[Entry.What(what)], at=at, what=what, text=text)
    # What somebody else was asked to read, a note of mine does not read for them.
    has_looked(case, by, at=at)
    if what != Entry.What.NOTE:
        was_told(case, by, at=at)
    return case


@action("cases.look")
def look(case: Case, by: Actor, *, at: datetime) -> Case:
    """Someone has looked at what they were asked to look at, and nothing more is needed: a message read, an alert seen."""
    if not isinstance(by, Member) or not looks_of(case, by).exists():
        raise Refusal("There is nothing here that you were asked to look at. Nothing was changed.", code="wrong_status")
    has_looked(case, by, at=at)
    return case


@action("cases.write_to_customer")
def write_to_customer(case: Case, by: Actor, *, at: datetime, text: str, how: str = "") -> Case:
    """A message in between: a question, how far we are. It stands on the customer's page, and goes out by mail."""
    if not text.strip():
        raise Refusal("The message is still empty, so nothing was sent. Write it and send it again.", field="text")
    told = told_how(case, how or "page")
    if was_said_just_now(case, Entry.What.MESSAGE_OUT, text, at=at):
        return case  # one mail for two presses
    number = Entry.objects.filter(case=case).count()
    message = send(case, mails.message(case, text), "message", at=at, number=number)
    noted(
        case,
        by,
        f"wrote to the customer {told}.",
        at=at,
        what=Entry.What.MESSAGE_OUT,
        text=text,
        language=case.language,
        message=message,
        visible=True,
    )
    end_tasks_about(case, by, at=at, verb="read")
    has_looked(case, by, at=at)
    return case


@action("cases.hand_over")
def hand_over(case: Case, by: Actor, *, at: datetime, owner: Member, reason: str = "") -> Case:
    """Somebody else looks after it from now on, and has its open steps in their work. The deadlines stay."""
    refuse_unfit_owner(case, owner)
    before = case.owner
    if owner == before:
        raise Refusal(f"{owner.name} looks after it already. Nothing was changed.", field="owner")
    case.owner = owner
    case.save()
    tasks = Task.objects.filter(about_kind=case.kind, about_id=case.pk, status=Task.Status.OPEN, owner=before)
    for task in tasks.filter(verb__in=(*HANDLING_STEPS, "read")):
        _pass_on(task, owner, by, at=at)
    for task in untold_of(case).filter(owner=before):
        _pass_on(task, owner, by, at=at)
    has_looked(case, by, at=at)
    noted(case, by, f"handed it over from {before.name} to {owner.name}.", at=at, text=reason)
    return case


def _pass_on(task: Task, owner: Member, by: Actor, *, at: datetime) -> None:
    kind = Case if task.about_kind == kind_of(Case) else Entry
    about = kind.objects.filter(pk=task.about_id).first() if task.about_id is not None else None
    open_task(
        owner,
        task.title,
        by,
        at=at,
        about=about,
        verb=task.verb,
        due_at=task.due_at,
        note=task.note,
        button=task.button,
        url=task.url,
        site_id=task.site_id,
    )


@action("cases.reclassify")
def reclassify(case: Case, by: Actor, *, at: datetime, kind: str, reason: str) -> Case:
    """It is something else than we thought: a question, not a complaint. What was promised stays promised."""
    if kind not in Kind.values or not reason.strip():
        raise Refusal("Say what it is, and why it is that. Nothing was changed.", field="reason")
    before = Kind(case.kind_of_case).label
    case.kind_of_case = kind
    case.save()
    noted(case, by, f"calls it a {Kind(kind).label} instead of a {before}.", at=at, text=reason)
    return case


@action("cases.alert")
def alert(case: Case, by: Actor, *, at: datetime, clock: str) -> Case:
    """A promise was broken: tell a quality manager. `clock` is "acknowledge", "answer" or, once reopened, "again"."""
    said = {
        "acknowledge": "Nobody has acknowledged it in time.",
        "answer": "It was not answered in time.",
        "again": "The new answer did not come in time.",
    }[clock]
    if not case.is_late(at):
        return case  # somebody did it while the job was on its way
    manager = manager_for(case)
    open_task(
        manager,
        f"Late: {case.title}"[:300],
        by,
        at=at,
        about=case,
        verb=f"late-{clock}",
        due_at=at,
        note=f"{case.reference}, looked after by {case.owner.name}. {said}",
        button="Look",
        site_id=case.site_id,
    )
    noted(case, by, f"told {manager.name}: {said[:1].lower()}{said[1:]}", at=at)
    return case


@action("cases.note_failed_mail")
def note_failed_mail(entry: Entry, by: Actor, *, at: datetime) -> Entry:
    """A mail to the customer could not be sent: they have not been told, so the owner tells them another way."""
    case = entry.case
    purpose = entry.message.purpose if entry.message is not None else "message"
    open_task(
        case.owner,
        f"Tell {who_in_short(case)} another way",
        by,
        at=at,
        about=entry,
        verb=TELL_OTHERWISE,
        due_at=at,
        note=f"{case.reference}: the {purpose} could not be sent to {case.contact_email or 'them'}.",
        button="Look",
        site_id=case.site_id,
    )
    noted(case, by, f"saw that the {purpose} could not be sent. The customer has not been told.", at=at)
    return entry


@action("cases.set_promise")
def set_promise(
    source: str,
    by: Actor,
    *,
    at: datetime,
    acknowledge: tuple[int, str],
    answer: tuple[int, str],
    valid_from: date,
    kind: str = "",
    site: Site | None = None,
) -> ClockRule:
    """Promise how soon we acknowledge and answer, for cases received from a day on. `source` says who decided it, or which
    rule asks for it. Earlier promises can still be read."""
    for amount, unit in (acknowledge, answer):
        if amount < 1 or unit not in Unit.values:
            raise Refusal("A promise takes at least one hour or one day. Nothing was saved.", field="answer_amount")
    if not source.strip():
        raise Refusal("Who decided this, or which rule asks for it? Nothing was saved; write it down.", field="source")
    rule = ClockRule(
        kind_of_case=kind,
        site=site,
        acknowledge_amount=acknowledge[0],
        acknowledge_unit=acknowledge[1],
        answer_amount=answer[0],
        answer_unit=answer[1],
        valid_from=valid_from,
        source=source.strip(),
        set_at=at,
    )
    rule.save()
    return rule
