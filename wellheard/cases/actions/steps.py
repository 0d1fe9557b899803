"""What every verb on a case does besides: note what happened, write to the customer, keep “my work” right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from wellheard.cases import mails
from wellheard.cases.models import Case, Entry
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.outbox import OutboxMessage
from wellheard.core.models.tasks import Task
from wellheard.core.outbox import post
from wellheard.core.records import kind_of
from wellheard.core.tasks import end_task, end_tasks_about, open_task

WAIT_FOR_THE_CUSTOMER = timedelta(days=14)
"""How long we wait for the customer's word after an answer before someone decides whether to close."""


@dataclass(frozen=True)
class Step:
    """A task's title (continued by the customer's name), its button, and the part of the page where it is done."""

    title: str
    button: str
    note: str


STEPS = {
    "acknowledge": Step("Acknowledge {who}", "Acknowledge", "They have not heard from a person yet."),
    "assess": Step("Assess {who}: how serious is it?", "Assess", "Severity, danger, what it means for them."),
    "investigate": Step(
        "Find out what happened to {who}", "Write down what you found", "Then the answer can be written."
    ),
    "answer": Step("Answer {who}", "Write the answer", "What we found, what we do, how to ask again."),
    "close": Step("Close {who}, or look again", "Look", "They have had time to say whether it is settled."),
    "read": Step("Read what {who} wrote", "Read", "A message on their page."),
    "read_for_manager": Step("Read what {who} wrote to you", "Read", "It is about how we handle this."),
    "look_again": Step("Look again at {who}", "Look again", "Our answer did not settle it for them."),
    "alert": Step("Look at {who}", "Look", ""),
}
PRESSED_TWICE = timedelta(minutes=2)
TELL_OTHERWISE = "tell_otherwise"
HANDLING_STEPS = ("acknowledge", "assess", "investigate", "answer", "close")


def who_in_short(case: Case) -> str:
    """The customer as a task's title names them; the reference where nobody gave a name."""
    if case.account_id and case.account is not None:
        return str(case.account)
    return case.contact_name or case.reference


def wait_for(
    case: Case,
    verb: str,
    by: Actor,
    *,
    at: datetime,
    due_at: datetime | None = None,
    owner: Member | None = None,
    note: str = "",
) -> None:
    """Make this the owner's next step: the steps before it end as done."""
    step = STEPS[verb]
    if verb in HANDLING_STEPS:
        for other in HANDLING_STEPS:
            if other != verb:
                end_tasks_about(case, by, at=at, verb=other)
    open_task(
        owner or case.owner,
        step.title.format(who=who_in_short(case)),
        by,
        at=at,
        about=case,
        verb=verb,
        due_at=due_at,
        note=note or f"{case.reference}: {case.title}. {step.note}"[:500],
        button=step.button,
        site_id=case.site_id,
    )


LOOKING = ("read", "read_for_manager", "alert", "late-acknowledge", "late-answer", "late-again")


def looks_of(case: Case, member: Member) -> QuerySet[Task]:
    """What this member was asked to look at in this case, and has not yet."""
    tasks = Task.objects.filter(about_kind=case.kind, about_id=case.pk, status=Task.Status.OPEN, owner=member)
    return tasks.filter(verb__in=LOOKING).order_by("pk")


def has_looked(case: Case, by: Actor, *, at: datetime) -> None:
    """Whoever does something about a case has seen what they were asked to look at."""
    if isinstance(by, Member):
        for task in looks_of(case, by):
            end_task(task, by, at=at)


def untold_of(case: Case) -> QuerySet[Task]:
    """Who still has to tell the customer what a mail of this case could not."""
    entries = Entry.objects.filter(case=case).values("pk")
    return Task.objects.filter(
        about_kind=kind_of(Entry), about_id__in=entries, verb=TELL_OTHERWISE, status=Task.Status.OPEN
    ).order_by("pk")


def was_told(case: Case, by: Actor, *, at: datetime, done: bool = True) -> None:
    """The customer has heard from us another way, or (not `done`) does not need to any more."""
    for task in untold_of(case):
        end_task(task, by, at=at, done=done)


def noted(
    case: Case,
    by: Actor,
    summary: str,
    *,
    at: datetime,
    what: str = Entry.What.EVENT,
    text: str = "",
    language: str = "",
    message: OutboxMessage | None = None,
    visible: bool = False,
) -> Entry:
    """Write down what happened; `summary` goes on from the author's name."""
    entry = Entry(
        case=case,
        at=at,
        author_words=author_of(case, by),
        what=what,
        summary=summary[:500],
        text=text,
        language=language,
        message=message,
        visible_to_customer=visible,
    )
    entry.save()
    return entry


def was_said_just_now(case: Case, what: str, text: str, *, at: datetime) -> bool:
    """Is this a button that was pressed twice? The same words, in the same direction, within two minutes."""
    return Entry.objects.filter(case=case, what=what, text=text, at__gt=at - PRESSED_TWICE, at__lte=at).exists()


def author_of(case: Case, by: Actor) -> str:
    """Whose name stands in the history: the member's, ours for a job, the customer's for the public pages."""
    if isinstance(by, Member):
        return by.name
    return by.display_name if by.actor_id.startswith("system:") else (case.contact_name or by.display_name)


def send(case: Case, mail: mails.Mail, purpose: str, *, at: datetime, number: int = 0) -> OutboxMessage | None:
    """Put a mail to the customer into the outbox, once for its purpose and number; none for a customer without address."""
    if not case.contact_email:
        return None
    subject, text = mail
    key = f"{purpose}:case:{case.pk}" + (f":{number}" if number else "")
    return post(case.contact_email, subject, text, key=key, purpose=purpose, at=at, about=case, language=case.language)


def told_how(case: Case, how: str) -> str:
    """ "by mail in German", or how the customer was told who has no address. Refused when nobody says how."""
    if case.contact_email:
        return f"by mail in {LANGUAGE_WORDS.get(case.language, case.language)}"
    if how not in HOW_TOLD:
        raise Refusal(
            f"{case.customer_name[:1].upper()}{case.customer_name[1:]} left no e-mail address, so nothing can be sent. "
            "What you wrote is kept. Tell them by phone, letter or in person, and say which it was; or say that nobody can be "
            "reached.",
            field="how",
        )
    return HOW_TOLD[how]


HOW_TOLD = {
    "phone": "by phone",
    "letter": "by letter",
    "visit": "in person",
    "page": "on their page",
    # Whoever answered a survey without a name has still to be heard to the end.
    "nobody": "without being able to tell them",
}
LANGUAGE_WORDS = {"en": "English", "de": "German", "fr": "French"}
