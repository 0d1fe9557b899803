"""The only way to write.

    @action("cases.acknowledge")
    def acknowledge(case: Case, by: Actor, *, at: datetime) -> Case:
        CASE_FLOW.take(case, "acknowledge")
        ...

`@action` opens the transaction, locks the row, checks the permission and leaves the trail entries, appended as the last
step so that the trail's lock is held briefly. An action may call others: all of it is one transaction.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.records import Record
from wellheard.core.writing import Writing, current, writing

__all__ = ["ACTIONS", "Writing", "acting", "action", "detail", "writing"]

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Callable[..., Any]] = {}


def detail(**details: Any) -> None:
    """Add facts to the trail entry of the running action, for what no field shows."""
    writing().happened(None, **details)


@contextmanager
def acting(name: str, by: Actor, at: datetime) -> Iterator[Writing]:
    """Write under this name. For actions, the demo and tests; it checks no permission."""
    outer = current.get()
    present = outer or Writing()
    mark = present.begin(name, by, at)
    token = current.set(present)
    try:
        with transaction.atomic():
            try:
                yield present
            finally:
                present.end()
            if outer is None:
                present.seal()
    except BaseException:
        # An action that failed inside another leaves nothing behind, neither rows nor entries.
        present.take_back(mark)
        raise
    finally:
        current.reset(token)


def action(name: str, *, creates: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a verb. Its parameters include `by` (who) and `at` (when); a first parameter that is a record is
    the subject. A function without a subject (or `creates`: its first parameter is for whom or from what) makes something
    new, and returns it."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        if missing := {"by", "at"} - set(signature.parameters):
            raise TypeError(f"{name} lacks {missing}")
        first = next(iter(signature.parameters))

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            by: Actor = bound.arguments["by"]
            given = bound.arguments[first]
            subject = given if isinstance(given, Record) and given.pk is not None and not creates else None
            with acting(name, by, bound.arguments["at"]) as present:
                if subject is not None:
                    present.lock(subject)
                    present.doing[-1].subject = subject
                access.require(by, name, subject)
                result = function(*bound.args, **bound.kwargs)
                if subject is None and isinstance(result, Record):
                    access.require(by, name, result)
                present.happened(subject or (result if isinstance(result, Record) else None))
            return result

        ACTIONS[name] = run
        return run

    return decorate
