"""Django's SQLite backend with a write lock taken before BEGIN IMMEDIATE.

SQLite's busy handler sleeps and tries again, so under load a few writers wait a second while others run. A lock of the
operating system, first come first served, cut the slowest hundredth from 592 to 59 ms (docs/adr/0003).
"""

import os
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from wellheard.core.databases.sqlite3.lock import FileLock, WaitsForItselfError, lock_of


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds the write lock from the start of a transaction to its end; only for databases that are files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: tuple[FileLock, int, int] | None = None  # the lock, its open file, and in which process

    def _take(self) -> None:
        if self._held is None and not self.is_in_memory_db():
            lock = lock_of(str(self.settings_dict["NAME"]))
            try:
                self._held = (lock, lock.take(), os.getpid())
            except WaitsForItselfError as fault:
                raise OperationalError(f"{fault} End that transaction first, or use its connection.") from fault

    def _give_back(self) -> None:
        if self._held is not None:
            lock, file, process = self._held
            self._held = None
            if process == os.getpid():
                lock.let_go(file)
            else:
                os.close(file)  # a child's copy: the lock is its parent's

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_back()
