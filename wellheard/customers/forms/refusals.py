"""Refusals of what a form asked for, shown at the form."""

from dataclasses import dataclass
from types import TracebackType

from django import forms

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.customers.forms.directory import refuse


@dataclass(frozen=True)
class RefusalsAt:
    """`with RefusalsAt(form):` what is refused inside is said at the form, and the view goes on after it.

    Only who may not do it at all is turned away.
    """

    form: forms.BaseForm

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, what: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Refusal) or isinstance(error, NotAllowed):
            return False
        refuse(self.form, error)
        return True
