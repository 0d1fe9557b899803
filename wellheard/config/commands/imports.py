"""`wellheard import KIND FILE` and `wellheard import undo BATCH`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from wellheard.config.commands.output import PROGRAM, Fault, print_json, say
from wellheard.core import imports
from wellheard.core.models import ImportBatch


def add_to(parsers: Any) -> None:
    """Adds `import` and its undo."""
    parser = parsers.add_parser(
        "import",
        help="read a file in; `import undo BATCH` takes it back",
        usage="%(prog)s [options] KIND FILE\n       %(prog)s undo BATCH",
        epilog="To take all of an import back: wellheard import undo BATCH, with the reference that the import gave "
        "(as IMP-2026-0007).",
    )
    parser.add_argument("kind", metavar="KIND", help=f"what is in the file: {', '.join(imports.kinds())}")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--as", dest="format", default="", metavar="FORMAT", help="the file's format, when it isn't recognised"
    )
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column is which; may repeat"
    )
    parser.add_argument(
        "--into",
        default="",
        metavar="NAME",
        help="for responses the survey to add to, else the program they come from",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would happen; save nothing")
    parser.add_argument("--yes", action="store_true", help="accept what was guessed")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)
    undo = parsers.add_parser(
        "import-undo",
        prog="wellheard import undo",
        description="Take all of an import back; its file and verdicts stay.",
    )
    undo.add_argument("batch", metavar="BATCH", help="the reference that the import gave, as IMP-2026-0007")
    undo.add_argument("--json", action="store_true")
    undo.set_defaults(run=run_undo)


def run(chosen: argparse.Namespace) -> int:
    """Import; what can't be known is asked, and nothing is changed before it is answered."""
    data = read(chosen.file)
    options = options_of(chosen)
    now = timezone.now()
    if chosen.dry_run:
        return try_only(chosen, data, options)
    try:
        batch = imports.run_import(chosen.kind, chosen.file.name, data, PROGRAM, at=now, options=options)
    except imports.HasQuestions as stopped:
        options = ask(stopped.result, options, interactive=sys.stdin.isatty() and not chosen.json)
        batch = imports.run_import(chosen.kind, chosen.file.name, data, PROGRAM, at=now, options=options)
    if chosen.json:
        print_json(imports.report(batch))
    else:
        show(imports.report(batch), batch.summary)
        say(f"Imported as {batch.reference}. To take all of it back: wellheard import undo {batch.reference}")
    return 0


def try_only(chosen: argparse.Namespace, data: bytes, options: imports.Options) -> int:
    """What the import would do; nothing is saved."""
    found = imports.try_import(chosen.kind, chosen.file.name, data, PROGRAM, at=timezone.now(), options=options)
    if chosen.json:
        print_json(imports.report(found, kind=chosen.kind))
    else:
        show(imports.report(found, kind=chosen.kind), found.summary)
        if found.questions and not options.accept_guesses:
            say("To be answered before it can be imported:")
            for line in in_words(found.questions):
                say(f"  {line}")
        say("Nothing was saved: this was a dry run.")
    return 0


def run_undo(chosen: argparse.Namespace) -> int:
    """Take a batch back."""
    batch = ImportBatch.objects.filter(reference=chosen.batch).first()
    if batch is None:
        raise Fault(f"There is no import called {chosen.batch}. Nothing was changed.")
    imports.undo_import(batch, PROGRAM, at=timezone.now())
    if chosen.json:
        print_json({"batch": batch.reference, "undone": True, "created": batch.created, "removed": dict(batch.removed)})
    else:
        say(f"{batch.reference} was taken back.")
        for name, number in batch.removed.items():
            say(f"  {name}: {number}")
    return 0


def read(path: Path) -> bytes:
    """The file's bytes, unless it isn't there or is too large."""
    if not path.is_file():
        raise Fault(f"There is no file {path}. Nothing was imported.")
    if path.stat().st_size > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // 1024 // 1024
        raise Fault(
            f"{path.name} is larger than {limit} MB. Nothing was imported; split it, or raise WELLHEARD_UPLOAD_MB."
        )
    return path.read_bytes()


def options_of(chosen: argparse.Namespace) -> imports.Options:
    """`--map FIELD=COLUMN` names columns, and answers questions by the question's name."""
    mapping = {}
    for each in chosen.map:
        field, equals, column = each.partition("=")
        if not equals:
            raise Fault(f"--map {each} is not FIELD=COLUMN. Nothing was imported.")
        mapping[field.strip()] = column.strip()
    return imports.Options(
        format=chosen.format, mapping=mapping, into=chosen.into, answers=mapping, accept_guesses=chosen.yes
    )


def ask(found: imports.Result, options: imports.Options, *, interactive: bool) -> imports.Options:
    """Ask in the terminal what can't be known; without a terminal the import stops."""
    if not interactive:
        for line in in_words(found.questions):
            sys.stderr.write(f"{line}\n")
        raise imports.HasQuestions(found)
    answers = dict(options.answers)
    for question in found.questions:
        say(question.sentence)
        for choice, meaning in question.choices.items():
            say(f"  {choice}: {meaning}")
        answer = ""
        while answer not in question.choices:
            answer = input("> ").strip()
        answers[question.name] = answer
    return imports.Options(
        format=options.format, mapping=options.mapping, into=options.into, answers=answers, accept_guesses=False
    )


def in_words(questions: Sequence[imports.Question]) -> list[str]:
    """Each question with the options that answer it, as they are typed."""
    return [
        f"{each.sentence} {' or '.join(f'--map {each.name}={choice}' for choice in each.choices)}" for each in questions
    ]


def in_plain_words(value: object) -> str:
    """A guess for people: lists and yes or no, not as the program writes them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_plain_words(each)}" for name, each in value.items())
    return "; ".join(map(in_plain_words, value)) if isinstance(value, list) else str(value)


def show(report: dict[str, Any], summary: Sequence[str]) -> None:
    """The report in words."""
    say(
        f"{report['rows']} rows read as {report['format']}, {report['accepted']} accepted, {len(report['rejected'])} rejected."
    )
    for reason, count in report["left_out"].items():
        say(f"  left out{' of the score' if report['kind'] == 'responses' else ''}: {count} ({reason})")
    for name, guess in report["guessed"].items():
        say(f"  guessed: {name.replace('_', ' ')} = {in_plain_words(guess)}")
    for rejected in report["rejected"][:20]:
        say(f"  row {rejected['row']}, {rejected['field']}: {rejected['reason']}")
    if len(report["rejected"]) > 20:
        say(f"  … and {len(report['rejected']) - 20} more")
    for line in summary:
        say(f"  {line}")
