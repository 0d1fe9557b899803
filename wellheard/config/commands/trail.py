"""`wellheard trail verify [FILE]` and `wellheard trail export FILE`."""

import argparse
from pathlib import Path
from typing import Any

from django.utils import timezone

from wellheard.config.commands.output import Fault, print_json, say, to_be_written
from wellheard.core.trail import verifier
from wellheard.core.trail.export import export_lines
from wellheard.core.trail.verify import verify


def add_to(parsers: Any) -> None:
    """Adds `trail`."""
    parser = parsers.add_parser("trail", help="check the trail, or write it to a file that anyone can check")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = verbs.add_parser("verify", help="check the trail in place, or an exported FILE")
    check.add_argument("file", nargs="?", type=Path)
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=run_verify)
    write = verbs.add_parser("export", help="write the trail to FILE, as JSON lines")
    write.add_argument("file", type=Path)
    write.set_defaults(run=run_export)


def run_verify(chosen: argparse.Namespace) -> int:
    """Exit code 0 when whole, 1 when broken, 2 when it can't be told."""
    first_broken: int | str | None
    if chosen.file is not None:
        if not chosen.file.is_file():
            raise Fault(f"There is no file {chosen.file}.")
        with chosen.file.open(encoding="utf-8", errors="replace") as file:
            code, entries, first_broken, sentence = verifier.check(iter(file))
        sentences = [sentence]
    else:
        report = verify()
        code, entries, first_broken = (0 if report.ok else 1), report.entries, report.first_broken
        sentences = report.faults or [f"Whole: {report.entries} entries, {report.checkpoints} checkpoints."]
        sentences = [*sentences, *report.removed]
    if chosen.json:
        print_json({"entries": entries, "ok": code == 0, "first_broken": first_broken})
    else:
        for sentence in sentences:
            say(sentence)
    return int(code)


def run_export(chosen: argparse.Namespace) -> int:
    """Write the trail; check it with `wellheard trail verify FILE` or the checker alone."""
    with to_be_written(chosen.file).open("w", encoding="utf-8") as file:
        for line in export_lines(at=timezone.now()):
            file.write(line + "\n")
    say(f"Written to {chosen.file}. Check it with: wellheard trail verify {chosen.file}")
    return 0
