"""The program `wellheard`.

With `--json` every command prints exactly one JSON object on standard output. Faults go to standard error: exit code 2
when what was asked can't be done (a bad file, an unknown name), 1 when something broke.
"""

import argparse
import os
import sys
from collections.abc import Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellheard.config.settings")
BY_THEMSELVES = ("up", "worker", "restore", "doctor")
"""Commands that bring the database up to date themselves, or must find it as it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="wellheard", description="The customer-focus system for ISO 9001.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    import django

    django.setup()
    from wellheard.config.commands import COMMANDS
    from wellheard.config.commands.output import Fault
    from wellheard.config.commands.up import make_ready
    from wellheard.core.errors import Refusal

    for module in COMMANDS:
        module.add_to(commands)
    chosen = parser.parse_args(_undo_first(arguments if arguments is not None else sys.argv[1:]))
    try:
        if chosen.command not in BY_THEMSELVES:
            make_ready()
        return int(chosen.run(chosen))
    except (Refusal, Fault) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as fault:  # the last resort: say what broke, not only a traceback
        if os.environ.get("WELLHEARD_DEBUG"):
            raise
        sys.stderr.write(f"Something broke: {type(fault).__name__}: {fault}\n")
        return 1


def _undo_first(arguments: Sequence[str]) -> list[str]:
    """`import undo BATCH` is a command of its own for the parser."""
    given = list(arguments)
    if given[:2] == ["import", "undo"]:
        return ["import-undo", *given[2:]]
    return given


if __name__ == "__main__":
    sys.exit(main())
