"""One writer at a time, in the order they came, and nobody keeps the lock: not after a fault, not in a child process."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connections, transaction

from wellheard.core.databases.sqlite3.base import DatabaseWrapper
from wellheard.core.databases.sqlite3.lock import FileLock, lock_of

ALIAS = "a_file"


@pytest.fixture
def path(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    with django_db_blocker.unblock():
        database = tmp_path / "some.sqlite3"
        with connected(database) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE parent (id integer PRIMARY KEY)")
            cursor.execute(
                "CREATE TABLE child (id integer PRIMARY KEY, "
                "parent integer NOT NULL REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
            )
        yield database


@contextmanager
def connected(database: Path, *, timeout: float = 5, alias: str = ALIAS) -> Iterator[DatabaseWrapper]:
    """A connection of ours to this file, as this thread's connection of that name."""
    settings = dict(connections[DEFAULT_DB_ALIAS].settings_dict)
    settings |= {
        "ENGINE": "wellheard.core.databases.sqlite3",
        "NAME": str(database),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": timeout},
    }
    connection = DatabaseWrapper(settings, alias)
    connections[alias] = connection
    try:
        yield connection
    finally:
        connection.close()
        del connections[alias]


def is_held(path: Path) -> bool:
    return lock_of(str(path))._threads.locked()


def insert(connection: DatabaseWrapper, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO parent (id) VALUES (%s)", [number])


def numbers(path: Path) -> list[int]:
    with sqlite3.connect(path) as own:
        return [row[0] for row in own.execute("SELECT id FROM parent ORDER BY id")]


def test_the_second_writer_begins_when_the_first_has_committed(path: Path):
    order: list[str] = []
    began = threading.Event()

    def second() -> None:
        with connected(path) as connection:
            began.set()
            with transaction.atomic(using=ALIAS):
                order.append("second begins")
                insert(connection, 2)

    with connected(path) as connection:
        with transaction.atomic(using=ALIAS):
            thread = threading.Thread(target=second)
            thread.start()
            assert began.wait(5)
            insert(connection, 1)
            thread.join(0.2)
            order.append("first commits")
        thread.join(5)

    assert (order, numbers(path), is_held(path)) == (["first commits", "second begins"], [1, 2], False)


def test_inner_transactions_keep_the_lock_to_the_end_of_the_outer_one(path: Path):
    with connected(path) as connection, transaction.atomic(using=ALIAS):
        insert(connection, 1)
        with transaction.atomic(using=ALIAS):
            insert(connection, 2)
        assert is_held(path)
        with pytest.raises(ValueError, match="inner"), transaction.atomic(using=ALIAS):
            insert(connection, 3)
            raise ValueError("inner")
        assert is_held(path)

    assert (numbers(path), is_held(path)) == ([1, 2], False)


def test_a_rollback_lets_go(path: Path):
    with connected(path) as connection:
        with pytest.raises(ValueError, match="outer"), transaction.atomic(using=ALIAS):
            insert(connection, 1)
            raise ValueError("outer")

        assert (is_held(path), numbers(path)) == (False, [])


def test_a_transaction_that_can_not_begin_lets_go(path: Path):
    """Another program, which knows nothing of our lock, writes at this moment."""
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    with connected(path, timeout=0.05) as connection:
        with pytest.raises(OperationalError, match="locked"), transaction.atomic(using=ALIAS):
            insert(connection, 1)
        assert not is_held(path)
        foreign.execute("ROLLBACK")
        with transaction.atomic(using=ALIAS):
            insert(connection, 2)

    foreign.close()
    assert (numbers(path), is_held(path)) == ([2], False)


def test_a_commit_that_is_refused_lets_go_and_keeps_nothing(path: Path):
    with connected(path) as connection:
        with pytest.raises(IntegrityError), transaction.atomic(using=ALIAS):
            insert(connection, 1)
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO child (id, parent) VALUES (1, 99)")
        assert (is_held(path), numbers(path)) == (False, [])
        with transaction.atomic(using=ALIAS):
            insert(connection, 2)

    assert numbers(path) == [2]


def test_a_connection_closed_within_a_transaction_lets_go(path: Path):
    refused = pytest.raises(Exception, match=r"(?i)closed|aborted|transaction")
    with connected(path) as connection, refused, transaction.atomic(using=ALIAS):
        insert(connection, 1)
        connection.close()
        assert not is_held(path)
        insert(connection, 2)

    assert (numbers(path), is_held(path)) == ([], False)


def test_a_thread_never_waits_for_itself(path: Path):
    with connected(path) as first, connected(path, alias="another") as second:
        with transaction.atomic(using=ALIAS):
            insert(first, 1)
            with pytest.raises(OperationalError, match="held by this thread"), transaction.atomic(using="another"):
                insert(second, 2)
        with transaction.atomic(using="another"):
            insert(second, 3)

    assert (numbers(path), is_held(path)) == ([1, 3], False)


def test_a_database_in_memory_has_no_lock():
    memory = DatabaseWrapper(dict(connections[DEFAULT_DB_ALIAS].settings_dict) | {"NAME": ":memory:"}, "memory")
    memory._take()

    assert memory._held is None


def test_an_interrupted_wait_leaves_nothing_behind(tmp_path: Path):
    lock = FileLock(str(tmp_path / "no such folder" / "some.sqlite3"))

    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            lock.take()


FORKED = """
import os, sys, threading, time
from wellheard.core.databases.sqlite3.lock import lock_of
path = sys.argv[1]
held, end = threading.Event(), threading.Event()
def hold():
    file = lock_of(path).take()
    held.set()
    end.wait()
    lock_of(path).let_go(file)
thread = threading.Thread(target=hold)
thread.start()
held.wait()
ready, tell = os.pipe()
child = os.fork()
if child == 0:
    # Born while another thread held the lock: it gets it as soon as its parent has let go, though it inherited the file.
    os.write(tell, b"x")
    file = lock_of(path).take()
    lock_of(path).let_go(file)
    time.sleep(30)  # it lives on, with its copy of the parent's file
os.read(ready, 1)
end.set()
thread.join()
for _ in range(3):
    file = lock_of(path).take()
    lock_of(path).let_go(file)
    time.sleep(0.1)
os.kill(child, 9)
os.waitpid(child, 0)
print("done")
"""


def test_a_child_process_neither_waits_for_ever_nor_keeps_the_lock(tmp_path: Path):
    command = [sys.executable, "-c", FORKED, str(tmp_path / "some.sqlite3")]

    ran = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert (ran.stdout, ran.stderr) == ("done\n", "")
