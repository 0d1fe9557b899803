"""Answers arrive, are sealed, heard, left out and taken back at the same time: nobody fails, and in the end all adds up."""

from pathlib import Path

from wellheard.core.tests.elsewhere import elsewhere, ended

ARRANGE = """
from wellheard.core.actors import System
from wellheard.core.imports import Options, run_import
from wellheard.core.setup import add_site, set_up_organisation
from wellheard.surveys.actions import NewQuestion, create_survey, open_survey
by = System("tests")
set_up_organisation("Rosetau", by, at=now)
add_site("Leipzig", by, at=now)
survey = create_survey("After delivery", [
    NewQuestion("nps", {"en": "How likely?"}, key="score"), NewQuestion("text", {"en": "Why?"}, key="why"),
], by, at=now)
open_survey(survey, by, at=now)
rows = "".join(f"2026-10-{1 + n % 28:02},{n % 11},Words {n}\\n" for n in range(400))
options = Options(into=survey.reference, accept_guesses=True)
batch = run_import("responses", "old.csv", ("date,score,comment\\n" + rows).encode(), by, at=now, options=options)
print(json.dumps([survey.token, batch.reference]))
"""

ANSWER = """
import threading
from wellheard.surveys.intake.known import survey_of
from wellheard.surveys.intake.writer import writer
from wellheard.surveys.storing import NewResponse
(token,) = sys.argv[1:]
faults = []
def answer(thread):
    for number in range(20):
        known = survey_of(token)
        score, why = known.questions
        answers = ((score.pk, number % 11, None), (why.pk, None, f"Words of {thread}"))
        new = NewResponse.of(known.survey, at=datetime.now(UTC), channel="link", answers=answers,
                             submission_key=f"{thread}-{number}")
        try:
            assert not writer.keep(new).again
        except Exception as fault:
            faults.append(repr(fault))
threads = [threading.Thread(target=answer, args=(number,)) for number in range(8)]
[each.start() for each in threads]
[each.join() for each in threads]
print(json.dumps(faults))
"""

SEAL = """
import time
from wellheard.core.trail.seals import seal_waiting
until = time.monotonic() + 5
while time.monotonic() < until:
    seal_waiting("surveys.response", most=150)
"""

NOTICE = """
import time
from wellheard.surveys import jobs
faults = []
jobs.logger.exception = lambda *words: faults.append(repr(sys.exc_info()[1]))
until = time.monotonic() + 5
while time.monotonic() < until:
    jobs.notice_waiting(at=datetime.now(UTC), most=50)
print(json.dumps(faults))
"""

TAKE_BACK = """
import time
from wellheard.core.actors import System
from wellheard.core.imports import undo_import
from wellheard.core.models import ImportBatch
from wellheard.surveys.actions import leave_out
from wellheard.surveys.models import Response
by = System("tests")
undo_import(ImportBatch.objects.get(reference=sys.argv[1]), by, at=now)
until, done = time.monotonic() + 5, 0
while time.monotonic() < until and done < 10:
    response = Response.objects.filter(left_out="", channel="link").order_by("-pk").first()
    if response is None:
        time.sleep(0.05)
        continue
    leave_out(response, "a test", by, at=datetime.now(UTC))
    done += 1
print(done)
"""

COUNT = """
from wellheard.core.trail.seals import seal_waiting
from wellheard.core.trail.verify import verify
from wellheard.feedback.models import Statement
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Question, Response
from wellheard.surveys.tallies import equal_to_rebuild
seal_waiting("surveys.response")
notice_waiting(at=now, most=1000)
report = verify()
print(json.dumps({
    "responses": Response.objects.count(),
    "keys": Response.objects.values("submission_key").distinct().count(),
    "unsealed": Response.objects.filter(seal_id=None).count(),
    "left_out": Response.objects.exclude(left_out="").count(),
    "statements": Statement.objects.count(),
    "tallies": equal_to_rebuild(Question.objects.get(key="score")),
    "faults": report.faults,
}))
"""


def test_all_that_happens_to_answers_may_happen_at_once(db: None, tmp_path: Path):
    with elsewhere(tmp_path) as there:
        token, batch = there.run(ARRANGE)
        running = [there.start(TAKE_BACK, batch), there.start(SEAL), there.start(NOTICE), there.start(ANSWER, token)]
        left_out, *others = [ended(each) for each in running]
        told = there.run(COUNT)

    assert others == [None, [], []]
    # What was left out before it was heard is not heard.
    assert 160 - left_out <= told.pop("statements") <= 160
    assert told == {"responses": 160, "keys": 160, "unsealed": 0, "left_out": left_out, "tallies": True, "faults": []}
