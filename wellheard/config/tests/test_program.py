"""The program, run as from a shell: what it prints, its exit codes, and what it leaves unchanged."""

import csv
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from wellheard.config.tests.serving import ROOT, wellheard

pytestmark = pytest.mark.pages
BESIDE = ROOT.parent / "shared" / "data"
REAL = Path(os.environ.get("WELLHEARD_REAL_FILES", BESIDE)) / "surveys-nps-googleforms"
TABLES = (
    "core_trailentry",
    "core_importbatch",
    "core_storedfile",
    "surveys_survey",
    "surveys_response",
    "surveys_tally",
)
HEAD = ("Timestamp", "How likely are you to recommend us?", "Why?")
ROWS = (
    ("2026-05-04 09:12:00", "10", "Third season, not one leak."),
    ("2026-05-04 10:40:00", "2", "Zwei Ventile waren gesprungen."),
    ("2026-05-05 08:05:00", "8", ""),
    ("2026-05-06 17:30:00", "9", "Fine."),
    ("2026-05-07 12:00:00", "", "I would rather not give a number."),
    ("2026-05-08 12:00:00", "eleven", ""),
)
Run = Callable[..., "CompletedProcess[str]"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which nothing was set up: the first command makes what it needs."""
    folder = tmp_path_factory.mktemp("data")
    assert said(wellheard("trail", "verify", "--json", data=folder))["ok"]
    return folder


@pytest.fixture(scope="module")
def run(data: Path) -> Run:
    return lambda *arguments: wellheard(*(str(each) for each in arguments), data=data)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write("calls.csv", rows)` is a file with these rows below the usual head."""

    def make(name: str, rows: tuple[tuple[str, ...], ...]) -> Path:
        text = io.StringIO()
        csv.writer(text).writerows([HEAD, *rows])
        (tmp_path / name).write_text(text.getvalue(), encoding="utf-8")
        return tmp_path / name

    return make


def said(done: "CompletedProcess[str]") -> Any:
    """The one JSON object on standard output, of a run that went well."""
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def stored(data: Path) -> dict[str, int]:
    """How many rows there are of everything that an import touches."""
    with closing(sqlite3.connect(data / "wellheard.sqlite3")) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def test_a_dry_run_an_import_its_score_and_its_undo(run: Run, data: Path, write: Callable[..., Path]) -> None:
    file = write("spring calls.csv", ROWS)

    tried = said(run("import", "responses", file, "--dry-run", "--json"))
    before = stored(data)
    done = said(run("import", "responses", file, "--json"))
    score = said(run("score", "spring calls", "--json"))
    undone = said(run("import", "undo", done["batch"], "--json"))

    assert list(done) == [
        "batch",
        "kind",
        "format",
        "rows",
        "accepted",
        "rejected",
        "left_out",
        "guessed",
        "questions",
        "created",
    ]
    assert tried == done | {"batch": None}
    assert (done["kind"], done["format"], done["rows"], done["accepted"]) == ("responses", "google-forms", 6, 5)
    assert [(each["row"], each["field"]) for each in done["rejected"]] == [(7, HEAD[1])]
    assert (done["left_out"], done["questions"], done["created"]["responses"]) == ({"no score": 1}, [], 5)
    assert before["surveys_response"] == before["core_importbatch"] == before["core_storedfile"] == 0
    assert score == {
        "metric": "nps",
        "value": 25.0,
        "n": 4,
        "low": pytest.approx(score["low"]),
        "high": pytest.approx(score["high"]),
        "counts": {"promoters": 2, "passives": 1, "detractors": 1},
        "excluded": {"no score": 1},
    }
    assert list(score) == ["metric", "value", "n", "low", "high", "counts", "excluded"]
    assert -100 <= score["low"] < 25 < score["high"] <= 100
    removed = {"answers": 8, "questions": 2, "responses": 5, "surveys": 1}
    assert undone == {"batch": done["batch"], "undone": True, "created": done["created"], "removed": removed}
    after = stored(data)
    assert (after["surveys_response"], after["surveys_survey"], after["core_importbatch"]) == (0, 0, 1)


def test_what_cannot_be_known_is_asked_and_changes_nothing(run: Run, data: Path, write: Callable[..., Path]) -> None:
    file = write("summer.csv", (("03/04/2026 09:00:00", "9", ""), ("05/06/2026 09:00:00", "2", "Late.")))
    before = stored(data)

    asked = run("import", "responses", file, "--json")
    answered = said(run("import", "responses", file, "--map", "day_month_order=dmy", "--dry-run", "--json"))

    assert (asked.returncode, asked.stdout) == (2, "")
    assert "Does the day or the month come first?" in asked.stderr
    assert "--map day_month_order=dmy or --map day_month_order=mdy" in asked.stderr
    assert "Nothing was imported" in asked.stderr
    assert stored(data) == before
    assert (answered["accepted"], answered["questions"]) == (2, [])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty. Nothing was saved"),
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n",
            "is a PDF, not a table. Nothing was saved",
        ),
        (None, "There is no file"),
    ],
    ids=["empty", "a PDF called CSV", "missing"],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    run: Run, data: Path, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    before = stored(data)
    file = tmp_path / "export.csv"
    if content is not None:
        file.write_bytes(content)

    refused = run("import", "responses", file, "--json")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert stored(data) == before


def test_unknown_names_are_answered_with_those_that_there_are(run: Run, write: Callable[..., Path]) -> None:
    kind = run("import", "telegrams", write("calls.csv", ROWS))
    batch = run("import", "undo", "IMP-1999-0001")
    survey = run("score", "nobody asked this", "--json")

    assert (kind.returncode, kind.stdout) == (2, "")
    assert "Nothing called “telegrams” can be imported. There is: contacts, responses," in kind.stderr
    assert (batch.returncode, batch.stderr) == (2, "There is no import called IMP-1999-0001. Nothing was changed.\n")
    assert (survey.returncode, survey.stdout) == (2, "")
    assert "There is no survey called “nobody asked this”." in survey.stderr


def test_help_names_every_command(run: Run) -> None:
    help_ = run("--help")

    assert help_.returncode == 0
    for command in ("up", "import", "score", "trail", "evidence", "backup", "restore", "doctor"):
        assert f"\n    {command} " in help_.stdout


def test_the_trail_is_verified_in_place_and_from_a_file(run: Run, tmp_path: Path) -> None:
    in_place = said(run("trail", "verify", "--json"))
    exported = run("trail", "export", tmp_path / "trail.jsonl")
    from_file = said(run("trail", "verify", tmp_path / "trail.jsonl", "--json"))

    assert list(in_place) == ["entries", "ok", "first_broken"]
    assert (in_place["ok"], in_place["first_broken"]) == (True, None)
    assert in_place["entries"] > 0
    assert exported.returncode == 0
    assert from_file == in_place


def test_a_database_of_an_earlier_version_is_left_alone(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path, dirs_exist_ok=True)
    with closing(sqlite3.connect(tmp_path / "wellheard.sqlite3")) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'cases'")
        database.commit()

    refused = wellheard("score", "calls", data=tmp_path)

    assert refused.returncode == 2
    assert "The database is of an earlier version. Nothing was done." in refused.stderr


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder with real survey files is not beside this checkout")
@pytest.mark.parametrize(
    ("name", "options", "rows", "value", "counts", "excluded"),
    [
        ("telecom_verbatim.csv", [], 2385, -24.6919, (690, 392, 1271), {"no score": 32}),
        ("sudzilla_forms_us_dates.csv", ["--map", "day_month_order=mdy"], 39, -35.8974, (8, 9, 22), {}),
        ("sudzilla_forms_iso_ms.csv", [], 39, -35.8974, (8, 9, 22), {}),
        ("airline_nps_prep_air.csv", [], 184, 21.1957, (74, 75, 35), {}),
    ],
)
def test_real_files_have_the_scores_that_are_right_for_them(
    run: Run,
    name: str,
    options: list[str],
    rows: int,
    value: float,
    counts: tuple[int, int, int],
    excluded: dict[str, int],
) -> None:
    brought = said(run("import", "responses", REAL / name, *options, "--json"))
    score = said(run("score", name, "--json"))

    assert (brought["rows"], brought["accepted"], brought["rejected"]) == (rows, rows, [])
    assert score["value"] == pytest.approx(value, abs=0.00005)
    assert tuple(score["counts"][name] for name in ("promoters", "passives", "detractors")) == counts
    assert (score["n"], score["excluded"]) == (sum(counts), excluded)
    assert score["low"] < score["value"] < score["high"]
