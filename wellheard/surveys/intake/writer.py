"""Group commit: answers that arrive together are stored in one transaction, and receipted only after its commit.

One thread a process writes. Under load a commit to disk is what costs; a batch pays it once for all. A request waits for its
own answer's commit, so nothing acknowledged is ever lost, and a client that has gone meanwhile harms nobody.
"""

import logging
import queue
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

from django.db import Error, connection, transaction

from wellheard.surveys.models import Response
from wellheard.surveys.storing import NewResponse, store

logger = logging.getLogger(__name__)
AT_ONCE = 500
GATHER_SECONDS = 0.002  # others that arrive in this time share the commit; one alone hardly notices it
WAIT_SECONDS = 20.0
MOST_WAITING = 5_000


class Receipt(NamedTuple):
    """The stored response. `again` when the same submission had been stored before: it was not stored twice."""

    response_id: int
    again: bool


class BusyError(RuntimeError):
    """Too many answers are waiting, or the database did not answer in time; the sender may try again with the same key."""


class _Waiting:
    """An answer on its way, and the request that waits for it. A bare lock is the cheapest thing to wait for: it is held
    from the start, and let go once the answer is stored or refused."""

    __slots__ = ("_done", "fault", "receipt", "response")

    def __init__(self, response: NewResponse) -> None:
        self.response = response
        self.receipt: Receipt | None = None
        self.fault: Exception | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self) -> Receipt:
        """The receipt. Raises BusyError when there is none in time; the answer may still be stored then, once."""
        if not self._done.acquire(timeout=WAIT_SECONDS):
            raise BusyError("The answer could not be stored in time.")
        if self.receipt is None:
            raise BusyError("The answer could not be stored.") from self.fault
        return self.receipt

    def end(self, receipt: Receipt | None, fault: Exception | None = None) -> None:
        """Let the request go on."""
        self.receipt, self.fault = receipt, fault
        self._done.release()


class Writer:
    """The thread that stores. It starts with the first answer and lives as long as its process."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def keep(self, response: NewResponse) -> Receipt:
        """Store a response durably; returns after the commit."""
        if connection.in_atomic_block or _is_in_memory():
            return _store_together([response])[0]  # a caller's own transaction (tests): no other thread would see it
        if connection.connection is not None:
            # Given back before this request waits for the writer: with a bounded pool, the requests that wait could
            # otherwise hold every connection, and the writer would wait for them.
            connection.close()
        self._start()
        if self._waiting.qsize() >= MOST_WAITING:
            raise BusyError("Too many answers at once.")
        waiting = _Waiting(response)
        self._waiting.put(waiting)
        return waiting.wait()

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="answers", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            time.sleep(GATHER_SECONDS)
            while len(batch) < AT_ONCE:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._store(batch)

    def _store(self, batch: list[_Waiting]) -> None:
        """Store a batch. The connection is this thread's own and stays open: it must not queue for one under load."""
        try:
            receipts = self._twice([each.response for each in batch])
        except Exception as fault:  # whatever it was, this thread must outlive it, and nobody may wait in vain
            if len(batch) == 1:
                logger.exception("An answer could not be stored")
                batch[0].end(None, fault)
                return
            for each in batch:  # one of them is at fault: one by one, so that it harms no other
                self._store([each])
            return
        for each, receipt in zip(batch, receipts, strict=True):
            each.end(receipt)

    def _twice(self, responses: list[NewResponse]) -> list[Receipt]:
        """A connection that broke meanwhile is replaced, and what another process stored meanwhile is then known."""
        try:
            return _store_together(responses)
        except Error:
            connection.close()
            return _store_together(responses)


def _is_in_memory() -> bool:
    return connection.vendor == "sqlite" and bool(connection.is_in_memory_db())  # type: ignore[attr-defined]


def _store_together(batch: Sequence[NewResponse]) -> list[Receipt]:
    with transaction.atomic():
        known = _stored_before(batch)
        new: dict[tuple[int, str], NewResponse] = {}
        for each in batch:
            key = (each.survey_id, each.submission_key)
            if key not in known:
                new.setdefault(key, each)
        ids = dict(zip(new, store(new.values()), strict=True))
    receipts, given = [], set()
    for each in batch:
        key = (each.survey_id, each.submission_key)
        again = key in known or key in given
        given.add(key)
        receipts.append(Receipt(known.get(key) or ids[key], again))
    return receipts


def _stored_before(batch: Sequence[NewResponse]) -> dict[tuple[int, str], int]:
    """Which of these submissions are there already."""
    keys = {each.submission_key for each in batch}
    rows = Response.objects.filter(survey_id__in={each.survey_id for each in batch}, submission_key__in=keys)
    return {(survey, key): pk for pk, survey, key in rows.values_list("pk", "survey_id", "submission_key")}


writer = Writer()
