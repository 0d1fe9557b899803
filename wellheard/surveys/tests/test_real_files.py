"""Files that other people made, with the values that are right for them. Skipped where the files are not at hand."""

import os
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wellheard.core.imports import Options, run_import, undo_import
from wellheard.core.models import ImportBatch, Member
from wellheard.surveys.models import Response, Survey
from wellheard.surveys.scores import by_segment, question_of, score
from wellheard.surveys.tallies import equal_to_rebuild

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDER = Path(os.environ.get("WELLHEARD_REAL_FILES", BESIDE)) / "surveys-nps-googleforms"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder with real survey files is not here")


def bring(name: str, by: Member, at: datetime, **options: Any) -> ImportBatch:
    return run_import("responses", name, (FOLDER / name).read_bytes(), by, at=at, options=Options(**options))


def near(value: float) -> Any:
    return pytest.approx(value, abs=0.00005)


def test_telecom_counts_scores_only_and_knows_its_segments(ana: Member, now: datetime) -> None:
    started = perf_counter()
    batch = bring("telecom_verbatim.csv", ana, now)
    took = perf_counter() - started

    survey = Survey.objects.get()
    assert (batch.rows, batch.accepted, batch.rejected, batch.left_out) == (2385, 2385, [], {"no score": 32})
    found = score(survey)
    assert (found.value, found.n) == (near(-24.6919), 2353)
    assert found.counts == {"promoters": 690, "passives": 392, "detractors": 1271}
    assert [(part.name, part.estimate.n, part.estimate.value) for part in by_segment(question_of(survey, None))] == [
        ("First Payment", 1130, near(-29.2920)),
        ("Order", 962, near(-9.9792)),
        ("Equipment Received", 231, near(-56.7100)),
        ("Service in Use", 30, near(-76.6667)),
    ]
    assert batch.guessed["broken_characters"]["rows"] == 134
    here = ZoneInfo("Europe/Berlin")
    moments = Response.objects.order_by("answered_at").values_list("answered_at", flat=True)
    assert (moments[0].astimezone(here), moments[len(moments) - 1].astimezone(here)) == (
        datetime(2017, 12, 11, 19, 36, tzinfo=here),
        datetime(2018, 6, 20, 19, 51, tzinfo=here),
    )
    assert all(equal_to_rebuild(each) for each in survey.questions.all())
    # A second on the machine it was written on; the rest is room for a busy one.
    assert took < 5


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sudzilla_forms_us_dates.csv", {"answers": {"day_month_order": "mdy"}}),
        ("sudzilla_forms_us_dates.csv", {"accept_guesses": True}),
        ("sudzilla_forms_iso_ms.csv", {}),
    ],
)
def test_google_forms_in_both_spellings_of_dates_give_the_same(
    ana: Member, now: datetime, name: str, options: dict[str, Any]
) -> None:
    batch = bring(name, ana, now, **options)

    survey = Survey.objects.get()
    found = score(survey)
    assert (batch.format, found.value, found.n) == ("google-forms", near(-35.8974), 39)
    assert found.counts == {"promoters": 8, "passives": 9, "detractors": 22}
    here = ZoneInfo("Europe/Berlin")
    assert Response.objects.order_by("answered_at")[0].answered_at.astimezone(here).replace(microsecond=0) == datetime(
        2019, 11, 1, 8, 51, 12, tzinfo=here
    )
    assert Response.objects.order_by("-row")[0].answered_at.astimezone(here).replace(microsecond=0) == datetime(
        2019, 11, 4, 4, 33, 11, tzinfo=here
    )


def test_an_airline_without_dates(ana: Member, now: datetime) -> None:
    batch = bring("airline_nps_prep_air.csv", ana, now)

    found = score(Survey.objects.get())
    assert (found.value, found.n) == (near(21.1957), 184)
    assert found.counts == {"promoters": 74, "passives": 75, "detractors": 35}
    assert "the day of the import is used" in batch.guessed["answered_at"]


def test_many_airlines_as_segments_and_back(ana: Member, now: datetime) -> None:
    batch = bring("airline_nps_competitors.csv", ana, now, mapping={"segment": "Airline"})

    parts = {part.name: part.estimate for part in by_segment(question_of(Survey.objects.get(), None))}
    assert (len(parts), sum(each.n for each in parts.values())) == (98, 5723)
    assert (parts["Gutkowski LLC"].n, parts["Gutkowski LLC"].value) == (40, 45.0)
    assert parts["Maggio Group"].value == near(38.5965)
    assert parts["Zulauf, Wehner and Goodwin"].value == near(-29.7297)
    assert sum(1 for each in parts.values() if each.n >= 50) == 58
    undo_import(batch, ana, at=now)
    assert (Survey.objects.count(), Response.objects.count()) == (0, 0)
