"""The program's commands, one file a subject. Each has `add_to(parsers)` and sets `run` to a function."""

from wellheard.config.commands import backup, doctor, evidence, imports, score, trail, up

COMMANDS = (up, imports, score, trail, evidence, backup, doctor)
