"""What the doctor looks at. Each check gives a sentence, and what to do when something is wrong."""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from wellheard.core.models import JobRun, OutboxMessage, TrailEntry, TrailHead
from wellheard.core.templatetags.words import counted
from wellheard.core.trail.append import CHAIN, START
from wellheard.evidence.models import TrailCheck
from wellheard.ground.canonical import digest

WELL, LOOK, FAULT = "ok", "look", "fault"
MARKS = {WELL: "✓", LOOK: "·", FAULT: "✗"}
WORKER_SILENT_AFTER = timedelta(minutes=3)
TRAIL_TAIL = 200
LEAST_FREE = 1024**3
SQLITE_WANTED = {"journal_mode": "wal", "synchronous": "2", "recursive_triggers": "1"}


@dataclass(frozen=True)
class Result:
    """A check's name, how it went (ok, look, fault), and a sentence."""

    name: str
    state: str
    sentence: str


def examine() -> list[Result]:
    """Every check; one that breaks is a fault of its own and stops none of the others."""
    return [_guarded(name, check) for name, check in CHECKS.items()]


def _guarded(name: str, check: Callable[[], tuple[str, str]]) -> Result:
    try:
        return Result(name, *check())
    except Exception as fault:  # whatever breaks here is what the operator has to know
        return Result(name, FAULT, f"This could not be checked: {type(fault).__name__}: {fault}".strip())


def database() -> tuple[str, str]:
    """Reachable, with the settings without which it would lose or slow something."""
    where = f"{connection.vendor}, {connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor != "sqlite":
            return WELL, f"{where} answers."
        wrong = []
        for name, wanted in SQLITE_WANTED.items():
            cursor.execute(f"PRAGMA {name}")
            if (found := str(cursor.fetchone()[0])) != wanted:
                wrong.append(f"{name} is {found}, not {wanted}")
    if wrong:
        return (
            FAULT,
            f"{where} answers, but {', '.join(wrong)}. Is its file system one that SQLite can lock (no network share)?",
        )
    return WELL, f"{where} answers; what it acknowledges is on the disk."


def migrations() -> tuple[str, str]:
    """The tables are those of this version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        steps = counted(len(waiting), "step is,steps are")
        return FAULT, f"{steps} missing. Make a backup, then start `wellheard up`, which brings them up to date."
    return WELL, "They are those of this version."


def mail() -> tuple[str, str]:
    """A mail server is set, and answers."""
    waiting = OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING).count()
    failed = OutboxMessage.objects.filter(status=OutboxMessage.Status.FAILED).count()
    held = OutboxMessage.objects.filter(status=OutboxMessage.Status.HELD).count()
    outbox = (
        f"{counted(waiting, 'mail waits,mails wait')}, {counted(failed, 'could not be sent,could not be sent')}, "
        f"{counted(held, 'is held back,are held back')}"
    )
    if not settings.EMAIL_HOST:
        return LOOK, f"No mail server is set (WELLHEARD_SMTP_HOST), so mails stay in the outbox: {outbox}."
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    post = get_connection(fail_silently=False, timeout=5)
    try:
        post.open()
        post.close()
    except Exception as fault:
        return FAULT, f"{server} does not answer as it should ({fault}). Mails wait and are tried again; {outbox}."
    return (LOOK if failed else WELL), f"{server} answers; {outbox}."


def worker() -> tuple[str, str]:
    """Something runs the schedules."""
    newest = JobRun.objects.order_by("-started_at").first()
    if newest is None:
        return FAULT, "It has never run. Start `wellheard up`, or `wellheard worker` beside the server."
    silent = timezone.now() - newest.started_at
    if silent > WORKER_SILENT_AFTER:
        minutes = counted(int(silent.total_seconds() // 60), "minute,minutes")
        return (
            FAULT,
            f"It has been silent for {minutes}. Start `wellheard up`, or `wellheard worker` beside the server.",
        )
    broken = list(JobRun.objects.filter(fault_at__gte=timezone.now() - timedelta(days=1)).order_by("name"))
    if broken:
        return LOOK, f"It runs, but {broken[0].name} failed within the last day: {broken[0].fault[:200]}"
    return WELL, "It runs."


def disk() -> tuple[str, str]:
    """There is room for what is to come."""
    usage = shutil.disk_usage(settings.DATA)
    free = f"{usage.free / 1024**3:.1f} GB of {usage.total / 1024**3:.0f} GB are free at {settings.DATA}"
    if usage.free < LEAST_FREE:
        return FAULT, f"Only {free}. Make room: a full disk stops everything."
    return (LOOK if usage.free < usage.total * 0.05 else WELL), f"{free}."


def trail() -> tuple[str, str]:
    """The head is the newest entry, and the newest entries hold together. The whole is checked once a day."""
    head = TrailHead.objects.get(chain=CHAIN)
    newest = list(TrailEntry.objects.filter(chain=CHAIN).order_by("-seq")[:TRAIL_TAIL])
    if (head.seq, head.digest) != ((newest[0].seq, newest[0].digest) if newest else (0, START)):
        return FAULT, "Its head is not its newest entry: something was removed. Run `wellheard trail verify`."
    for entry, before in pairwise(newest):
        if entry.prev_digest != before.digest or digest(entry.body) != entry.digest:
            return FAULT, f"Entry {entry.seq} was changed. Run `wellheard trail verify`."
    check = TrailCheck.objects.order_by("at", "pk").last()
    if check is not None and not check.is_whole:
        return FAULT, f"The last check found it broken: {check.faults[0]} Run `wellheard trail verify`."
    checked = f"the whole was checked on {check.at:%Y-%m-%d}" if check else "the whole has not been checked yet"
    return WELL, f"{counted(head.seq, 'entry,entries')}, the newest hold together; {checked}."


def static_files() -> tuple[str, str]:
    """Styles and scripts lie where the server looks for them."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return WELL, f"They are collected in {settings.STATIC_ROOT}."
    return FAULT, "They are not collected. `wellheard up` does it, as does `python manage.py collectstatic`."


def secret_key() -> tuple[str, str]:
    """The key that signs sessions and links is known to nobody else."""
    if os.environ.get("WELLHEARD_SECRET_KEY"):
        return WELL, "It comes from WELLHEARD_SECRET_KEY."
    kept = Path(settings.DATA) / "secret-key"
    mode = stat.S_IMODE(kept.stat().st_mode)
    if mode & 0o077:
        return FAULT, f"Others on this machine may read {kept} ({mode:o}). Run: chmod 600 {kept}"
    return WELL, f"It lies in {kept}, and only its owner may read it."


CHECKS: dict[str, Callable[[], tuple[str, str]]] = {
    "Database": database,
    "Tables": migrations,
    "Trail": trail,
    "Worker": worker,
    "Mail": mail,
    "Disk": disk,
    "Static files": static_files,
    "Secret key": secret_key,
}
