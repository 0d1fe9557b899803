"""`wellheard up`: migrate, serve, work. And `wellheard worker`, for a second machine."""

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from wellheard.config import environment
from wellheard.config.commands.output import PROGRAM, Fault, first_administrator, say
from wellheard.config.worker import work
from wellheard.core.actors import Role
from wellheard.core.models import Member, Organisation
from wellheard.core.setup import add_member, add_site, set_up_organisation
from wellheard.customers.actions import set_up_purposes
from wellheard.demo.story import DEMO_PASSWORD, load_demo
from wellheard.web.accounts import first_link

CAST = 20
"""How many of a demo organisation's members are introduced at the start: all whom the demo brings."""


def add_to(parsers: Any) -> None:
    """Adds `up` and `worker`."""
    parser = parsers.add_parser("up", help="migrate, serve and work")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="load the demo organisation into an empty database")
    parser.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")
    parser.set_defaults(run=run)
    worker = parsers.add_parser("worker", help="only the worker: mail, schedules, jobs")
    worker.set_defaults(run=lambda chosen: work())


def run(chosen: argparse.Namespace) -> int:
    """Start everything, and stop everything when told to."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    address = os.environ.setdefault("WELLHEARD_URL", f"http://{host}:{chosen.port}")
    settings.PUBLIC_URL = address  # what mails link to, unless the operator said otherwise
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    set_up_if_new(demo=chosen.demo)
    set_up_purposes(PROGRAM, at=timezone.now())
    greet(address)
    children = [subprocess.Popen(web_command(chosen.host, chosen.port))]
    if not chosen.no_worker:
        children.append(subprocess.Popen([sys.executable, "-m", "wellheard.config.program", "worker"]))
    return watch(children)


def web_command(host: str, port: int) -> list[str]:
    """Granian in WSGI mode: threads suit a program that waits for its database."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(environment.number("WELLHEARD_WORKERS", default=1)),
        "--blocking-threads",
        str(environment.number("WELLHEARD_THREADS", default=32)),
        "--backlog",
        "1024",
        "--no-ws",
        "--log-level",
        "error",
        "wellheard.config.wsgi:application",
    ]


def watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Wait; when one child ends or we are told to stop, end the others."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    ended = next((child.returncode for child in children if child.poll() is not None), 0)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
    if not stopping:
        sys.stderr.write("A part of Wellheard ended by itself; see the lines above. Everything was stopped.\n")
    return 0 if stopping else int(ended or 1)


def set_up_if_new(*, demo: bool) -> None:
    """An organisation, a site and an administrator, so that someone can sign in; or the demo organisation."""
    if Organisation.objects.exists():
        return
    now = timezone.now()
    if demo:
        say("Loading the demo organisation; this takes a moment.")
        load_demo(now)
        return
    set_up_organisation("Our organisation", PROGRAM, at=now)
    site = add_site("Headquarters", PROGRAM, at=now, time_zone=settings.TIME_ZONE)
    roles = (Role.ADMINISTRATOR, Role.QUALITY_MANAGER)
    add_member("Administrator", "admin@localhost.localdomain", PROGRAM, at=now, roles=roles, site=site)


def make_ready() -> None:
    """What `up` does first, for the other commands: a new database gets its tables. One of an earlier version is left alone,
    since only its operator knows whether there is a backup."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations:
        raise Fault(
            "The database is of an earlier version. Nothing was done. Make a backup of its file, then start `wellheard up`, "
            "which brings it up to date."
        )
    call_command("migrate", verbosity=0, interactive=False)
    set_up_if_new(demo=False)


def greet(address: str) -> None:
    """How to sign in."""
    say(f"Wellheard runs at {address}")
    organisation = Organisation.current()
    if organisation.is_demo:
        say(f"This is the demo organisation, {organisation.name}. Everyone's password is: {DEMO_PASSWORD}")
        for member in Member.objects.filter(is_active=True, grants__isnull=False).distinct().order_by("pk")[:CAST]:
            roles = ", ".join(sorted({str(grant.get_role_display()).lower() for grant in member.grants.all()}))
            say(f"  {member.email:36} {roles}")
    elif (first := first_administrator()) is not None and not first.has_usable_password():
        say(f"Open this once to choose your password: {address}{first_link(first)}")
    if not settings.EMAIL_HOST:
        say("No mail server is set (WELLHEARD_SMTP_HOST): mails are written and wait in the outbox.")
    say("Stop with Ctrl-C.")
