"""Refusals. Each says what happened, what was kept, and what to do; pages, API and program show the same sentence."""

from django.core.exceptions import PermissionDenied


class Refusal(Exception):
    """Something was not done. `str(refusal)` is a sentence for people; `code` names the kind for programs."""

    code = "refused"

    def __init__(self, sentence: str, *, field: str = "", code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        if code:
            self.code = code


class NotAllowed(Refusal, PermissionDenied):
    """This person may not do this."""

    code = "not_allowed"


class WrongStatus(Refusal):
    """The flow has no such move from here."""

    code = "wrong_status"


class UnknownPermission(LookupError):
    """A permission nobody declared: a programmer's mistake, never a silent no."""


class WroteOutsideAction(RuntimeError):
    """A record was saved, changed or deleted outside of an action: a programmer's mistake, never a silent write."""


class LostChanges(RuntimeError):
    """A record with unsaved changes was handed to an inner action, which would drop them: a programmer's mistake."""
