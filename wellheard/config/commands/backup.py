"""`wellheard backup FILE` and `wellheard restore FILE`."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from wellheard.config.backups import digest_of, restore_backup, write_backup
from wellheard.config.commands.output import PROGRAM, print_json, say
from wellheard.core.models import TrailEntry
from wellheard.core.templatetags.words import counted
from wellheard.evidence.actions import check_trail, declare_restore


def add_to(parsers: Any) -> None:
    """Adds `backup` and `restore`."""
    parser = parsers.add_parser(
        "backup", help="write the database and the kept files to FILE, while everything runs on"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run_backup)
    back = parsers.add_parser("restore", help="put a backup into an empty data folder and an empty database")
    back.add_argument("file", type=Path)
    back.add_argument("--json", action="store_true")
    back.set_defaults(run=run_restore)


def run_backup(chosen: argparse.Namespace) -> int:
    """Write a backup."""
    backup = write_backup(chosen.file.absolute(), at=timezone.now())
    size, sha = chosen.file.stat().st_size, digest_of(chosen.file)
    if chosen.json:
        print_json(
            {
                "file": str(chosen.file),
                "bytes": size,
                "sha256": sha,
                "database": backup.vendor,
                "files": len(backup.files) - 1,
                "entries": backup.entries,
                "head": backup.head,
            }
        )
    else:
        kept = counted(len(backup.files) - 1, "kept file,kept files")
        say(
            f"Written to {chosen.file}: the database with {counted(backup.entries, 'entry,entries')} of the trail, {kept}."
        )
        say(f"SHA-256: {sha}")
        say(
            "It holds everything about your customers: keep it where only you can read it. The secret key is not in it."
        )
    return 0


def run_restore(chosen: argparse.Namespace) -> int:
    """Restore, bring the tables up to date, say so in the trail, and check it. Exit code 1 when the trail is broken."""
    sha = digest_of(chosen.file) if chosen.file.is_file() else ""
    backup = restore_backup(chosen.file.absolute())
    call_command("migrate", verbosity=0, interactive=False)
    now = timezone.now()
    declare_restore(
        PROGRAM, at=now, backup_of=backup.made_at, file_digest=sha, entries=backup.entries, head=backup.head
    )
    check = check_trail(PROGRAM, at=timezone.now())
    same_head = not backup.entries or TrailEntry.objects.filter(seq=backup.entries, digest=backup.head).exists()
    is_well = check.is_whole and same_head
    if chosen.json:
        print_json(
            {
                "file": str(chosen.file),
                "made_at": backup.made_at,
                "files": len(backup.files) - 1,
                "entries": check.entries,
                "ok": is_well,
                "first_broken": check.first_broken or None,
            }
        )
    else:
        say(
            f"Restored from the backup of {backup.made_at}; what was entered since then is not here, and the trail says so."
        )
        say(
            f"The trail is {'whole' if check.is_whole else 'broken'}: {counted(check.entries, 'entry,entries')} checked."
        )
        for fault in check.faults:
            say(f"  {fault}")
        if not same_head:
            say(f"  Entry {backup.entries} is not the one that stood at the head when the backup was made.")
    return 0 if is_well else 1
