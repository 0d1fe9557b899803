"""A lock on a database file: between the threads of a process, and between processes; first come, first served."""

import fcntl
import os
import threading
from pathlib import Path


class WaitsForItselfError(RuntimeError):
    """This thread holds the lock already, over another connection: it would wait for itself for ever."""


class FileLock:
    """The lock of one database file. `take` waits as long as it must; a process that dies lets go of it."""

    def __init__(self, database: str) -> None:
        self.path = Path(f"{database}.lock")
        self._threads = threading.Lock()
        self._holder: int | None = None

    def take(self) -> int:
        """Wait for the lock; gives the open file to let go of it with."""
        if self._holder == threading.get_ident():
            raise WaitsForItselfError(f"{self.path} is held by this thread, in a transaction over another connection.")
        self._threads.acquire()
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
            except BaseException:
                os.close(file)
                raise
        except BaseException:
            self._threads.release()
            raise
        self._holder = threading.get_ident()
        return file

    def let_go(self, file: int) -> None:
        """Let the next one have it."""
        self._holder = None
        try:
            # Said, not only closed: a child process may have inherited the file, and would go on holding the lock.
            fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            os.close(file)
            self._threads.release()


_locks: dict[str, FileLock] = {}


def lock_of(database: str) -> FileLock:
    """The one lock of this file in this process."""
    return _locks.setdefault(database, FileLock(database))


# In a child process no thread of the parent's is there to let go of what it holds.
os.register_at_fork(after_in_child=_locks.clear)
