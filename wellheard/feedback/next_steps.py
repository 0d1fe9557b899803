"""What can become of a statement. Apps above offer their steps, which stand as buttons on its page.

register(NextStep("Open a complaint", complaint_from, "cases.open_case"))   # from an app's `ready()`
"""

from collections.abc import Callable
from dataclasses import dataclass

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.feedback.models import Statement


@dataclass(frozen=True)
class NextStep:
    """A button: where it leads from this statement, and who may use it. An empty address leaves it out."""

    label: str
    url: Callable[[Statement], str]
    permission: str


_steps: list[NextStep] = []


def register(step: NextStep) -> None:
    """Offer a step; called from an app's `ready()`."""
    if step not in _steps:
        _steps.append(step)


def steps_for(statement: Statement, member: Member) -> list[dict[str, str]]:
    """The steps that this member may take, in the order of registration."""
    if member.is_read_only:
        return []
    shown = [(step.label, step.url(statement)) for step in _steps if access.may(member, step.permission)]
    return [{"label": label, "url": url} for label, url in shown if url]
