"""A row with more cells than there are columns is rejected and named: taken as it stands, it would lose words."""

from datetime import datetime

import pytest

from wellheard.conftest import SETUP
from wellheard.core.imports import Options, run_import
from wellheard.core.models import Site
from wellheard.surveys.models import Answer

pytestmark = pytest.mark.django_db
FILE = b'Score,Why\n9,"Third season, not one leak."\n3,It drips, again.\n8,Fine,\n'


def test_words_that_nobody_quoted_are_rejected_whole(leipzig: Site, now: datetime):
    batch = run_import("responses", "answers.csv", FILE, SETUP, at=now, options=Options(accept_guesses=True))

    ((row, field),) = [(each["row"], each["field"]) for each in batch.rejected]
    assert (batch.accepted, row, field) == (2, 3, "Why")
    assert "“ again.”" in batch.rejected[0]["reason"]
    texts = {answer.text for answer in Answer.objects.exclude(text=None)}
    assert texts == {"Fine", "Third season, not one leak."}
