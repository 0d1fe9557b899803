"""What commands print, and as whom they act."""

import json
import sys
from pathlib import Path
from typing import Any

from wellheard.core.actors import Role, System
from wellheard.core.models import Member

PROGRAM = System("program")


class Fault(Exception):
    """Something asked for can't be done; the sentence goes to standard error, the exit code is 2."""


def say(text: str = "") -> None:
    """A line for people."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def print_json(value: Any) -> None:
    """The one JSON object."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def to_be_written(path: Path) -> Path:
    """The path of a file that a command writes: in a folder that is there, and never in the place of another file."""
    if path.exists():
        raise Fault(f"{path} is there already. Nothing was written; choose another name.")
    if not path.parent.is_dir():
        raise Fault(f"There is no folder {path.parent}. Nothing was written.")
    return path


def acting_member() -> Member | System:
    """Whoever has the shell has the database: commands act as the program itself, and the trail says so."""
    return PROGRAM


def first_administrator() -> Member | None:
    """The administrator who was made first, if any."""
    return Member.objects.filter(grants__role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
