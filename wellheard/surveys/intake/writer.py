"""Group commit: answers that arrive together are stored in one transaction, and receipted only after its commit.

One thread a process writes. Under load a commit to disk is what costs; a batch pays it once for all. A request waits for its
own answer's commit, so nothing acknowledged is ever lost, and a client that has gone meanwhile harms nobody.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple

from django.db import Error, connection, transaction

from wellheard.surveys.models import Response
from wellheard.surveys.storing import NewResponse, store

logger = logging.getLogger(__name__)
AT_ONCE = 500
WAIT_SECONDS = 20.0
MOST_WAITING = 5_000


class Receipt(NamedTuple):
    """The stored response. `again` when the same submission had been stored before: it was not stored twice."""

    response_id: int
    again: bool


class BusyError(RuntimeError):
    """Too many answers are waiting, or the database did not answer in time; the sender may try again with the same key."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    response: NewResponse
    receipt: "Future[Receipt]"


class Writer:
    """The thread that stores. It starts with the first answer and lives as long as its process."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[_Waiting] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def keep(self, response: NewResponse) -> Receipt:
        """Store a response durably; returns after the commit."""
        if connection.in_atomic_block or _is_in_memory():
            return _store_together([response])[0]  # a caller's own transaction (tests): no other thread would see it
        self._start()
        receipt: Future[Receipt] = Future()
        try:
            self._waiting.put_nowait(_Waiting(response, receipt))
        except queue.Full:
            raise BusyError("Too many answers at once.") from None
        try:
            return receipt.result(WAIT_SECONDS)
        except TimeoutError:
            receipt.cancel()
            raise BusyError("The answer could not be stored in time.") from None

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
            while len(batch) < AT_ONCE:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            try:
                self._store([each for each in batch if each.receipt.set_running_or_notify_cancel()])
            except Exception:  # this thread must outlive whatever happens to a batch
                logger.exception("A batch of answers failed")

    def _store(self, batch: list[_Waiting]) -> None:
        """Store a batch. The connection is this thread's own and stays open: it must not queue for one under load."""
        try:
            receipts = self._twice([each.response for each in batch])
        except Error:
            if len(batch) == 1:
                logger.exception("An answer could not be stored")
                batch[0].receipt.set_exception(BusyError("The answer could not be stored."))
                return
            for each in batch:  # one of them is at fault: one by one, so that it harms no other
                self._store([each])
            return
        for each, receipt in zip(batch, receipts, strict=True):
            each.receipt.set_result(receipt)

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
