"""A database of a test's own, with the settings of production, for processes and threads that really run at once.

The tests' own database is rolled back after each test, and its trail can't be emptied; this one is made anew and thrown away.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
BEGIN = "import sys, json\nimport django\ndjango.setup()\nfrom datetime import UTC, datetime\nnow = datetime.now(UTC)\n"


@dataclass(frozen=True)
class Elsewhere:
    """Where it is: the environment of its processes."""

    environment: dict[str, str]

    def start(self, code: str, *arguments: object) -> "subprocess.Popen[str]":
        """A process that runs this code, Django set up; `now`, `sys` and `json` are there."""
        command = [sys.executable, "-c", BEGIN + code, *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def run(self, code: str, *arguments: object) -> Any:
        """Run code to its end; gives the JSON that it printed, if any."""
        return ended(self.start(code, *arguments))


def ended(process: "subprocess.Popen[str]", *, seconds: float = 120) -> Any:
    """Wait for a process; gives the JSON that it printed last, if any. One that failed fails the test with its words."""
    printed, faults = process.communicate(timeout=seconds)
    assert process.returncode == 0, faults
    lines = printed.strip().splitlines()
    return json.loads(lines[-1]) if lines else None


@contextmanager
def elsewhere(folder: Path, **settings: str) -> Iterator[Elsewhere]:
    """A new database, migrated, on the engine that the tests run on; in `folder` is everything else."""
    ours = ("WELLHEARD_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"DJANGO_SETTINGS_MODULE": "wellheard.config.settings", "WELLHEARD_DATA": str(folder), **settings}
    name = f"wellheard_elsewhere_{os.getpid()}"
    server = connection.settings_dict
    if connection.vendor == "postgresql":
        place = f"{server['HOST'] or '127.0.0.1'}:{server['PORT'] or 5432}"
        environment["DATABASE_URL"] = f"postgres://{server['USER']}:{server['PASSWORD']}@{place}/{name}"
        _outside(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _outside(f"CREATE DATABASE {name}")
    here = Elsewhere(environment)
    try:
        here.run("from django.core.management import call_command\ncall_command('migrate', verbosity=0)")
        yield here
    finally:
        if connection.vendor == "postgresql":
            _outside(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _outside(statement: str) -> None:
    """A statement that no transaction may hold, over a connection of its own."""
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"] or "127.0.0.1",
        port=server["PORT"] or 5432,
        user=server["USER"],
        password=server["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as own:
        own.execute(statement)
