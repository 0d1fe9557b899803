"""Runs the tests: the domain's on PostgreSQL where a server offers one, then everything on SQLite.

PostgreSQL is found through DATABASE_URL, or on 127.0.0.1:5432. `python tools/test.py ARGS` passes ARGS on to pytest.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg


def postgresql() -> str:
    """The address of a PostgreSQL server on which test databases may be made; empty when there is none."""
    for url in (os.environ.get("DATABASE_URL", ""), "postgres://postgres@127.0.0.1:5432/postgres"):
        if urlsplit(url).scheme in {"postgres", "postgresql"}:
            try:
                with psycopg.connect(url, connect_timeout=3):
                    return url
            except psycopg.Error:
                continue
    return ""


def run(name: str, environment: dict[str, str], *arguments: str) -> int:
    print(f"--- {name} ---", flush=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        os.environ.get("WELLHEARD_TEST_JOBS", "2"),
        *arguments,
        *sys.argv[1:],
    ]
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    """Exit code 0 only when both runs passed."""
    quiet = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    failed = 0
    if url := postgresql():
        failed = run("PostgreSQL: the domain", quiet | {"DATABASE_URL": url}, "-m", "not pages and not journey")
    else:
        print("No PostgreSQL server was found: its tests are left out.", flush=True)
    if failed:
        return failed
    return run("SQLite: everything", quiet)


if __name__ == "__main__":
    sys.exit(main())
