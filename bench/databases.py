"""Fresh databases for a benchmark: a SQLite file with the settings of production, and PostgreSQL where a server is there."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

SERVER = os.environ.get("WELLHEARD_BENCH_PG", "postgres://postgres@127.0.0.1:5432")


def engines() -> list[str]:
    """SQLite always; PostgreSQL when it answers."""
    try:
        with psycopg.connect(f"{SERVER}/postgres", connect_timeout=2):
            return ["sqlite", "postgresql"]
    except psycopg.Error:
        return ["sqlite"]


@contextmanager
def fresh(engine: str, suffix: str = "") -> Iterator[dict[str, str]]:
    """The environment of a process that works on an empty, migrated database of this engine. `suffix` tells several apart."""
    with tempfile.TemporaryDirectory(prefix="wellheard-bench-") as folder:
        environment = {**os.environ, "WELLHEARD_DATA": folder, "DJANGO_SETTINGS_MODULE": "wellheard.config.settings"}
        environment.pop("DATABASE_URL", None)
        name = f"wellheard_bench_{os.getpid()}{suffix}"
        if engine == "postgresql":
            _outside(f"CREATE DATABASE {name}")
            environment["DATABASE_URL"] = f"{SERVER}/{name}"
        try:
            python("from django.core.management import call_command; call_command('migrate', verbosity=0)", environment)
            yield environment
        finally:
            if engine == "postgresql":
                _outside(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def python(code: str, environment: dict[str, str], *arguments: str) -> str:
    """Run code with Django set up, in a process of its own; gives what it printed."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The benchmark's own process failed:\n{done.stderr}")
    return done.stdout.strip()


def _outside(statement: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(statement)
