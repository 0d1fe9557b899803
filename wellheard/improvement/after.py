"""What follows when an action is closed. Apps above ask for it here: improvement doesn't know whom there is to tell."""

from collections.abc import Callable
from datetime import datetime

from wellheard.core.actors import Actor
from wellheard.improvement.models import CorrectiveAction

Follow = Callable[[CorrectiveAction, Actor, datetime], None]
_following: list[Follow] = []


def register_after_closing(follow: Follow) -> None:
    """Have `follow(action, by, at)` called within the closing; called from an app's `ready()`."""
    if follow not in _following:
        _following.append(follow)


def follow_closing(action: CorrectiveAction, by: Actor, at: datetime) -> None:
    """Let everything follow that was asked for."""
    for follow in _following:
        follow(action, by, at)
