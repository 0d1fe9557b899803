"""Checks an exported Wellheard trail. Needs Python 3.8 or newer and nothing else: python verifier.py trail.jsonl

Exit code 0: whole. 1: broken, and the first broken entry is named. 2: cannot tell (not such a file, or cut short).
What it proves: nothing was changed, removed or slipped in between since the head (or a checkpoint that you hold) was
written. What it can't: that what people typed is true. Signatures are not checked here.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence

START = "0" * 64


def check(lines: Iterator[str], kept_checkpoints: Sequence[tuple[int, str]] = ()) -> tuple[int, int, int | None, str]:
    """(exit code, entries, first broken, sentence) for the lines of an export."""
    previous, expected, entries, trailer = START, 1, 0, None
    checkpoints: list[tuple[int, str]] = list(kept_checkpoints)
    digests: dict[int, str] = {}
    try:
        header = json.loads(next(lines))
    except (StopIteration, ValueError):
        return 2, 0, None, "The file is empty or is not a Wellheard trail."
    if not isinstance(header, dict) or not str(header.get("format", "")).startswith("wellheard-trail-"):
        return 2, 0, None, "The file is not a Wellheard trail."
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        if trailer is not None:
            return 1, entries, expected, "Line %d stands after the end of the trail." % number
        try:
            row = json.loads(line)
        except ValueError:
            return 1, entries, expected, "Line %d can't be read." % number
        if "checkpoint" in row:
            checkpoints.append((row["checkpoint"], row["digest"]))
            continue
        if "entries" in row:
            trailer = row
            continue
        seq, body = row.get("seq"), row.get("body", "")
        if seq != expected:
            return 1, entries, expected, "Entry %s is missing: entry %s stands in its place." % (expected, seq)
        if hashlib.sha256(body.encode("utf-8")).hexdigest() != row.get("digest"):
            return 1, entries, seq, "Entry %s was changed: its text does not have its digest." % seq
        said = json.loads(body)
        if said.get("seq") != seq or said.get("prev") != previous:
            return 1, entries, seq, "Entry %s does not follow the one before it." % seq
        previous, expected, entries = row["digest"], expected + 1, entries + 1
        digests[seq] = row["digest"]
    if trailer is None:
        return 2, entries, None, "The file is cut short: its last line, the trailer, is missing."
    if trailer["entries"] != entries or (entries and trailer["head"] != previous):
        return (
            1,
            entries,
            expected,
            "The file holds %d entries, its trailer speaks of %d." % (entries, trailer["entries"]),
        )
    for seq, digest in checkpoints:
        if digests.get(seq) != digest:
            return 1, entries, seq, "Entry %s is not the one that a checkpoint saw." % seq
    return 0, entries, None, "Whole: %d entries, %d checkpoints." % (entries, len(checkpoints))


def main(arguments: Sequence[str]) -> int:
    """`verifier.py FILE [SEQ:DIGEST ...]`, the latter being checkpoints that you kept yourself."""
    if not arguments:
        print(__doc__)
        return 2
    kept = []
    for text in arguments[1:]:
        seq, _, digest = text.partition(":")
        if not seq.isdecimal() or not digest:
            print(f"{text} is no checkpoint: write it as SEQ:DIGEST.")
            return 2
        kept.append((int(seq), digest))
    try:
        with open(arguments[0], encoding="utf-8", errors="replace") as file:
            code, _, _, sentence = check(iter(file), kept)
    except OSError as fault:
        print(f"{arguments[0]} can't be read: {fault.strerror}.")
        return 2
    print(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
