"""Many answer at the same moment, on a database of their own with the settings of production: each is stored once, and what
was acknowledged is there, whatever happens to the process."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wellheard.core.tests.elsewhere import ROOT, Elsewhere, elsewhere

ARRANGE = """
from wellheard.core.actors import System
from wellheard.surveys.actions import NewQuestion, create_survey, open_survey
by = System("tests")
survey = create_survey(sys.argv[1], [
    NewQuestion("nps", {"en": "How likely?"}, key="score"), NewQuestion("text", {"en": "Why?"}, key="why"),
], by, at=now)
print(json.dumps(open_survey(survey, by, at=now).token))
"""

FORTY = """
import threading
from wellheard.surveys.intake.known import survey_of
from wellheard.surveys.intake.writer import BusyError, writer
from wellheard.surveys.storing import NewResponse
(token,) = sys.argv[1:]
begin = threading.Barrier(40)
receipts, faults = [], []
def answer(thread):
    begin.wait()
    known = survey_of(token)
    score, why = known.questions
    for number in range(10):
        # Two threads send each answer with the same key; one thread sends words that no database holds.
        words = "half \\ud800 a character" if thread == 39 else "Words"
        new = NewResponse.of(
            known.survey, at=datetime.now(UTC), channel="link", submission_key=f"answer-{thread // 2}-{number}-{thread == 39}",
            answers=((score.pk, number, None), (why.pk, None, words)),
        )
        try:
            receipts.append(writer.keep(new))
        except BusyError:
            faults.append(thread)
threads = [threading.Thread(target=answer, args=(number,)) for number in range(40)]
[each.start() for each in threads]
[each.join() for each in threads]
ids = {receipt.response_id for receipt in receipts}
print(json.dumps([len(ids), sum(receipt.again for receipt in receipts), sorted(faults)]))
"""

COUNT = """
from wellheard.core.trail.seals import seal_waiting
from wellheard.core.trail.verify import verify
from wellheard.surveys.models import Question, Response, Survey
from wellheard.surveys.tallies import equal_to_rebuild
survey = Survey.objects.get(token=sys.argv[1])
seal_waiting("surveys.response")
keys = sorted(Response.objects.filter(survey=survey).values_list("submission_key", flat=True))
whole = equal_to_rebuild(Question.objects.get(survey=survey, key="score")) and verify().ok
answers = sum(row.answers.count() for row in Response.objects.filter(survey=survey))
print(json.dumps({"keys": keys, "answers": answers, "whole": whole}))
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    folder: Path = tmp_path_factory.mktemp("elsewhere")
    with elsewhere(folder, WELLHEARD_THREADS="16") as place:
        yield place


def test_forty_at_once_are_stored_once_each_and_one_that_can_not_be_harms_no_other(there: Elsewhere):
    token = there.run(ARRANGE, "Forty")

    told = there.run(FORTY, token)

    assert told == [200, 190, [39] * 10]
    counted = there.run(COUNT, token)
    assert (len(counted["keys"]), counted["answers"], counted["whole"]) == (200, 400, True)


class Senders:
    """Eight customers who answer without a pause, until the server is gone. `acknowledged` are the keys of their receipts."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(8)]
        for thread in self._threads:
            thread.start()

    def _send(self, thread: int) -> None:
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for number in range(100_000):
            key = f"answer-{thread}-{number}"
            body = json.dumps({"key": key, "answers": {"score": number % 11, "why": "Words"}})
            try:
                talk.request("POST", f"/a/{self.token}/", body, {"Content-Type": "application/json"})
                answer = talk.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return  # the server is gone, as it should be
            if answer.status == 201:
                self.acknowledged.append(key)
            else:
                self.refused.append(answer.status)

    def ended(self) -> list[str]:
        for thread in self._threads:
            thread.join(20)
        return sorted(self.acknowledged)


@contextmanager
def serving(there: Elsewhere) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The product's server on a free port, in a session of its own, so that all of it can be killed at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    options += ["--blocking-threads", "16", "--log-level", "error", "wellheard.config.wsgi:application"]
    command = [sys.executable, "-m", "granian", *options]
    server = subprocess.Popen(command, cwd=ROOT, env=there.environment, start_new_session=True)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)


def test_what_was_acknowledged_is_there_after_the_server_was_killed(there: Elsewhere):
    token = there.run(ARRANGE, "Killed")
    with serving(there) as (port, server):
        senders = Senders(port, token)
        until = time.monotonic() + 8
        while len(senders.acknowledged) < 200 and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(server.pid, signal.SIGKILL)
        acknowledged = senders.ended()

    counted = there.run(COUNT, token)
    assert (senders.refused, len(acknowledged) >= 200) == ([], True)
    assert [key for key in acknowledged if key not in counted["keys"]] == []
    # What was stored and not acknowledged any more is stored whole, and once.
    assert len(counted["keys"]) <= len(acknowledged) + 8
    assert (len(set(counted["keys"])), counted["answers"]) == (len(counted["keys"]), 2 * len(counted["keys"]))
    assert counted["whole"]
