"""What the customer does, on their own page or through one of us."""

from datetime import datetime

from wellheard.cases import promises
from wellheard.cases.actions.steps import noted, wait_for, was_said_just_now
from wellheard.cases.models import Case, Entry, Settled
from wellheard.cases.owners import manager_for
from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.tasks import end_tasks_about


@action("cases.customer_writes")
def customer_writes(case: Case, by: Actor, *, at: datetime, text: str, for_manager: bool = False) -> Case:
    """A message from the customer, kept as it is, whatever the status. Its owner is asked to read it; with `for_manager`
    a quality manager is, because it is about how we handle this."""
    if not text.strip():
        raise Refusal("There is nothing in the message yet.", field="text", code="empty")
    if was_said_just_now(case, Entry.What.MESSAGE_IN, text, at=at):
        return case  # pressed twice, kept once
    summary = "wrote to the quality manager." if for_manager else "wrote to us."
    noted(case, by, summary, at=at, what=Entry.What.MESSAGE_IN, text=text, language=case.language, visible=True)
    _ask_to_read(case, by, at=at, manager=for_manager)
    return case


@action("cases.say_settled")
def say_settled(case: Case, by: Actor, *, at: datetime) -> Case:
    """The customer says that our answer settles it."""
    _answered_first(case)
    if case.settled == Settled.YES:
        return case  # said twice, noted once
    case.settled = Settled.YES
    case.save()
    noted(case, by, f"{_says(by)} it is settled.", at=at, what=Entry.What.MESSAGE_IN)
    if case.status == "answered":
        wait_for(case, "close", by, at=at, due_at=at, note=f"{case.reference}: they say that it is settled.")
    return case


@action("cases.say_unsettled")
def say_unsettled(case: Case, by: Actor, *, at: datetime, text: str) -> Case:
    """The customer says that our answer does not settle it: a quality manager who is not its owner looks at it again."""
    _answered_first(case)
    if not text.strip():
        raise Refusal("Tell us what is still not right.", field="text", code="empty")
    case.settled = Settled.NO
    case.save()
    summary = f"{_says(by)} it is not settled."
    noted(case, by, summary, at=at, what=Entry.What.MESSAGE_IN, text=text, language=case.language, visible=True)
    end_tasks_about(case, by, at=at, verb="close", done=False)
    due = promises.due_from(case.site, at, promises.stored_promise(case.promised, "acknowledge")).due
    wait_for(case, "look_again", by, at=at, due_at=due, owner=manager_for(case, other_than_owner=True))
    return case


def _says(by: Actor) -> str:
    return "was told by the customer:" if isinstance(by, Member) else "told us:"


def _answered_first(case: Case) -> None:
    if case.answered_at is None or case.is_open:
        raise Refusal("This has not been answered yet, so nothing was noted.", code="wrong_status")


def _ask_to_read(case: Case, by: Actor, *, at: datetime, manager: bool) -> None:
    due = promises.due_from(case.site, at, promises.stored_promise(case.promised, "acknowledge")).due
    if manager:
        wait_for(case, "read_for_manager", by, at=at, due_at=due, owner=manager_for(case))
    else:
        wait_for(case, "read", by, at=at, due_at=due)
