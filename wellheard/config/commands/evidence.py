"""`wellheard evidence pack` and `wellheard evidence gaps`."""

import argparse
import os
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from wellheard.config.commands.output import PROGRAM, Fault, print_json, say, to_be_written
from wellheard.core.templatetags.words import counted
from wellheard.evidence.gaps import Found, State, by_basis, states_of
from wellheard.evidence.pack import write_pack
from wellheard.evidence.periods import last_year
from wellheard.evidence.readiness import by_whose_wish, headline
from wellheard.evidence.standards import DEFAULT_EDITION, Edition, editions, get_edition


def add_to(parsers: Any) -> None:
    """Adds `evidence`."""
    parser = parsers.add_parser("evidence", help="what is missing for an audit; everything for an auditor in one file")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    pack = verbs.add_parser("pack", help="write the evidence of an edition and period to a zip that anyone can check")
    pack.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    gaps = verbs.add_parser("gaps", help="list what is missing")
    for each in (pack, gaps):
        each.add_argument("--edition", default=DEFAULT_EDITION, metavar="YEAR", help=", ".join(editions()))
        each.add_argument(
            "--from", dest="first", type=day, metavar="D", help="YYYY-MM-DD; by default a year before the end"
        )
        each.add_argument("--to", dest="last", type=day, metavar="D", help="by default today")
        each.add_argument("--json", action="store_true")
    pack.set_defaults(run=run_pack)
    gaps.set_defaults(run=run_gaps)


def day(text: str) -> date:
    """A day; argparse turns the error into a sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day such as 2026-11-30") from None


def asked(chosen: argparse.Namespace) -> tuple[Edition, date, date]:
    """The edition and the period."""
    edition = get_edition(chosen.edition)
    if edition is None:
        raise Fault(f"There is no edition {chosen.edition}; there are {' and '.join(editions())}. Nothing was written.")
    last = chosen.last or timezone.localdate()
    first = chosen.first or last_year(last)[0]
    if first > last:
        raise Fault(f"The period ends on {last}, before it begins on {first}. Nothing was written.")
    return edition, first, last


def run_pack(chosen: argparse.Namespace) -> int:
    """Write the pack; never over a file that is there."""
    edition, first, last = asked(chosen)
    out = to_be_written(chosen.out)
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            pack = write_pack(file, edition, first, last, PROGRAM)
        os.replace(part, out)  # noqa: PTH105  atomic, and `Path.replace` says no more
    finally:
        part.unlink(missing_ok=True)
    if chosen.json:
        print_json(
            {
                "file": str(out),
                "edition": edition.year,
                "from": first,
                "to": last,
                "files": pack.files,
                "requirements": pack.requirements,
                "gaps": pack.gaps,
                "entries": pack.entries,
                "manifest_sha256": pack.manifest_sha256,
            }
        )
    else:
        say(f"Written to {out}: {counted(pack.files, 'file,files')}, {counted(pack.entries, 'entry,entries')}.")
        say(f"SHA-256 of its manifest, to keep apart from it: {pack.manifest_sha256}")
        say("To check it: unpack it and run check_pack.py in its folder.")
    return 0


def run_gaps(chosen: argparse.Namespace) -> int:
    """What is missing, requirement by requirement."""
    edition, first, last = asked(chosen)
    states = states_of(edition, first, last, PROGRAM, most=None)
    total = sum(len(state.gaps) for state in states)
    if chosen.json:
        print_json(
            {
                "edition": edition.year,
                "from": first,
                "to": last,
                "requirements": [_as_json(state) for state in states],
                "gaps": total,
            }
        )
        return 0
    counts = by_basis(states)
    say(f"{edition.title}, {first} to {last}. {headline(counts)}. {by_whose_wish(counts)}".strip())
    for state in states:
        shown = counted(state.items, "record,records") if state.is_collected else "shown elsewhere"
        say(f"\n{', '.join(state.listed.clauses)}  {state.listed.requirement.title}: {shown}")
        for found in state.gaps:
            say(f"  {_in_words(found)}")
    say(f"\n{edition.caution}")
    return 0


def _as_json(state: State) -> dict[str, Any]:
    return {
        "slug": state.listed.slug,
        "clauses": list(state.listed.clauses),
        "title": state.listed.requirement.title,
        "items": state.items,
        "gaps": [
            {
                "rule": found.rule.id,
                "severity": found.rule.severity,
                "basis": found.rule.basis,
                "title": found.rule.title,
                "sentence": found.gap.sentence,
                "kind": found.gap.kind,
                "id": found.gap.record_id,
                "label": found.gap.label,
                "owner": found.gap.owner,
                "due": found.gap.due,
            }
            for found in state.gaps
        ],
    }


def _in_words(found: Found) -> str:
    parts = [f"{found.gap.label or found.rule.title}: {found.gap.sentence}", f"({found.basis_words})", found.gap.owner]
    return " ".join(part for part in parts if part)
