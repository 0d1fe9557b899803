"""A status is a table of moves: buttons, API errors and the diagrams in the docs come from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellheard.core.errors import WrongStatus


@dataclass(frozen=True)
class Move:
    """From which statuses, to which."""

    sources: tuple[str, ...]
    to: str


def move(*sources: str, to: str) -> Move:
    """`move(Status.RECEIVED, to=Status.ACKNOWLEDGED)`."""
    return Move(tuple(str(source) for source in sources), str(to))


class Flow:
    """The moves that a record's status may take; `field` holds the status."""

    def __init__(
        self, moves: Mapping[str, Move], *, field: str = "status", words: Mapping[str, str] | None = None
    ) -> None:
        self.moves = dict(moves)
        self.field = field
        self.words = dict(words or {})

    def may(self, record: Any, verb: str) -> bool:
        """Is this move there from the record's present status?"""
        return getattr(record, self.field) in self.moves[verb].sources

    def open_moves(self, record: Any) -> list[str]:
        """The verbs that lead on from here, in the table's order."""
        return [verb for verb in self.moves if self.may(record, verb)]

    def take(self, record: Any, verb: str) -> None:
        """Set the new status; `WrongStatus` with a plain sentence when the table has no such move from here."""
        step = self.moves[verb]
        present = getattr(record, self.field)
        if present not in step.sources:
            needed = " or ".join(self.named(source) for source in step.sources)
            raise WrongStatus(
                f"This can't be done now: it is “{self.named(present)}”, and “{self.named_verb(verb)}” needs “{needed}”. "
                "Nothing was changed."
            )
        setattr(record, self.field, step.to)

    def named(self, status: str) -> str:
        """A status in words."""
        return self.words.get(str(status), str(status).replace("_", " "))

    def named_verb(self, verb: str) -> str:
        """A verb in words."""
        return verb.replace("_", " ")

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the docs."""
        lines = ["stateDiagram-v2"]
        for verb, step in self.moves.items():
            lines += [f"    {source} --> {step.to}: {self.named_verb(verb)}" for source in step.sources]
        return "\n".join(lines)
