"""A trend by month and segment over 24 months, at 10⁴, 10⁵ and 10⁶ answers: from the tallies, and from the raw rows."""

import json
from collections.abc import Iterator
from typing import Any

from bench.databases import engines, fresh, python

SIZES = (10_000, 100_000, 1_000_000)

MEASURE = """
import json, random, statistics, sys, time
from datetime import UTC, date, datetime, timedelta
from django.db import connection
from wellheard.core.actors import System
from wellheard.core.setup import add_site, set_up_organisation
from wellheard.surveys.actions import NewQuestion, create_survey
from wellheard.surveys.models import Tally
from wellheard.surveys.storing import NewResponse, store
from wellheard.surveys.tallies import equal_to_rebuild

now, by, chance = datetime(2026, 11, 1, tzinfo=UTC), System("program"), random.Random(9001)
set_up_organisation("Bench", by, at=now)
add_site("Here", by, at=now)
sizes, made, lines = json.loads(sys.argv[1]), 0, []
survey = create_survey("Bench", [NewQuestion(kind="nps", key="score", texts={"en": "How likely?"})], by, at=now)
question = survey.headline()
segments = [f"Segment {number}" for number in range(8)]

def some(number):
    for _ in range(number):
        moment = now - timedelta(seconds=chance.randrange(730 * 86400))
        yield NewResponse.of(survey, at=moment, channel="api", segment=chance.choice(segments), answered_on=moment.date(),
                             answers=((question.pk, chance.randrange(11), None),), noticed_at=now)

def from_tallies():
    rows = Tally.objects.filter(question=question, period_kind="month", period__gte=date(2024, 11, 1))
    return list(rows.values_list("period", "segment", *[f"c{number}" for number in range(11)]))

def from_rows():
    month = "substr(r.answered_on, 1, 7)" if connection.vendor == "sqlite" else "date_trunc('month', r.answered_on)"
    counted = "sum(CASE WHEN a.score >= 9 THEN 1 ELSE 0 END), sum(CASE WHEN a.score <= 6 THEN 1 ELSE 0 END), count(*)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {month}, r.segment, {counted} FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id "
            "WHERE a.question_id = %s GROUP BY 1, 2", [question.pk])
        return cursor.fetchall()

def middle(query, times):
    waits = []
    for _ in range(times):
        begun = time.perf_counter()
        query()
        waits.append(time.perf_counter() - begun)
    return 1000 * statistics.median(waits)

for size in sizes:
    store(some(size - made))
    made = size
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    lines.append({"answers": size, "tallies_ms": middle(from_tallies, 15), "rows_ms": middle(from_rows, 3)})
print(json.dumps({"lines": lines, "honest": equal_to_rebuild(question)}))
"""


def run() -> Iterator[dict[str, Any]]:
    """A line for each database."""
    for engine in engines():
        with fresh(engine) as environment:
            told = json.loads(python(MEASURE, environment, json.dumps(SIZES)))
        lines = told["lines"]
        yield {
            "database": engine,
            "growth_10k_to_1m": round(lines[-1]["tallies_ms"] / lines[0]["tallies_ms"], 2),
            "growth_100k_to_1m": round(lines[-1]["tallies_ms"] / lines[1]["tallies_ms"], 2),
            "raw_rows_to_tallies": [round(line["rows_ms"] / line["tallies_ms"], 1) for line in lines],
            "tallies_equal_rebuild": told["honest"],
            "for_reading": {
                "answers": [line["answers"] for line in lines],
                "tallies_ms": [round(line["tallies_ms"], 2) for line in lines],
                "rows_ms": [round(line["rows_ms"], 1) for line in lines],
            },
        }
