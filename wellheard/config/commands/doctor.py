"""`wellheard doctor`: is everything as it should be? In plain words, with what to do."""

import argparse
from typing import Any

from wellheard.config.commands.output import print_json, say
from wellheard.config.examination import FAULT, MARKS, examine


def add_to(parsers: Any) -> None:
    """Adds `doctor`."""
    parser = parsers.add_parser("doctor", help="check database, mail, worker, disk, trail and settings")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Exit code 0 when nothing is wrong, 1 otherwise. What deserves a look and hurts nothing is said, and is no fault."""
    results = examine()
    is_well = all(result.state != FAULT for result in results)
    if chosen.json:
        checks = [{"name": each.name, "state": each.state, "sentence": each.sentence} for each in results]
        print_json({"ok": is_well, "checks": checks})
    else:
        for each in results:
            say(f"{MARKS[each.state]} {each.name}: {each.sentence}")
        say(
            "Everything is as it should be."
            if is_well
            else "Something is wrong: see the lines above that begin with ✗."
        )
    return 0 if is_well else 1
