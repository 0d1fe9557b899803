"""Answers a second over HTTP, each durable before its receipt: the product's own endpoint beside one raw INSERT a request.

Both run on the same server with the same threads, in turn, round by round; the ratio of a round is what counts.
"""

import json
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.databases import engines, fresh, python
from bench.load import Load, drive, post

ROUNDS, SECONDS, CONNECTIONS, THREADS = 5, 3.0, 64, 64

MAKE_SURVEY = """
from datetime import UTC, datetime
from wellheard.core.actors import System
from wellheard.core.setup import add_site, set_up_organisation
from wellheard.surveys.actions import NewQuestion, create_survey, open_survey
now, by = datetime.now(UTC), System("program")
set_up_organisation("Bench", by, at=now)
add_site("Here", by, at=now)
survey = create_survey("Bench", [
    NewQuestion(kind="nps", key="score", texts={"en": "How likely?"}, required=True),
    NewQuestion(kind="text", key="why", texts={"en": "Why?"}),
], by, at=now)
open_survey(survey, by, at=now)
print(survey.token)
"""
MAKE_TABLE = """
from django.db import connection
key = "integer PRIMARY KEY AUTOINCREMENT" if connection.vendor == "sqlite" else "bigserial PRIMARY KEY"
with connection.cursor() as cursor:
    cursor.execute(f"CREATE TABLE bench_answer (id {key}, score smallint NOT NULL, text text NOT NULL)")
"""
COUNT = """
from wellheard.surveys.models import Question, Response
from wellheard.surveys.tallies import equal_to_rebuild
print(Response.objects.count(), int(equal_to_rebuild(Question.objects.get(key="score"))))
"""
WORDS = "The drip line is fine, but the app lost my zones twice and the manual says nothing about it."


def run() -> Iterator[dict[str, Any]]:
    """A line for each database."""
    for engine in engines():
        with fresh(engine) as environment:
            yield _compare(engine, environment)


def _compare(engine: str, environment: dict[str, str]) -> dict[str, Any]:
    token = python(MAKE_SURVEY, environment)
    python(MAKE_TABLE, environment)
    body = json.dumps({"score": 7, "text": WORDS}).encode()
    product, raw, empty, usual = [], [], [], []
    with (
        _serving("wellheard.config.wsgi:application", environment) as own,
        _serving("bench.bare.wsgi:application", environment) as bare,
        _serving("bench.bare.wsgi:application", environment | {"WELLHEARD_BENCH_MIDDLEWARE": "1"}) as with_middleware,
    ):

        def answer() -> bytes:
            sent = {"key": secrets.token_urlsafe(12), "answers": {"score": 7, "why": WORDS}}
            return post(f"/a/{token}/", json.dumps(sent).encode(), "application/json", own)

        drive(own, answer, connections=8, seconds=1)
        drive(bare, lambda: post("/raw/", body, "application/json", bare), connections=8, seconds=1)
        before = int(python(COUNT, environment).split()[0])
        for _ in range(ROUNDS):
            raw.append(_load(bare, lambda: post("/raw/", body, "application/json", bare)))
            product.append(_load(own, answer))
            empty.append(_load(bare, lambda: post("/empty/", body, "application/json", bare)))
            usual.append(_load(with_middleware, lambda: post("/empty/", body, "application/json", with_middleware)))
    stored, honest = map(int, python(COUNT, environment).split())
    acknowledged = sum(len(load.waits) for load in product)
    ratios = sorted(ours.per_second / theirs.per_second for ours, theirs in zip(product, raw, strict=True))
    return {
        "database": engine,
        "ratio_to_raw_insert": round(statistics.median(ratios), 2),
        "ratios": [round(each, 2) for each in ratios],
        "ratio_to_empty_view_with_usual_middleware": round(_middle(product) / _middle(usual), 2),
        "ratio_to_empty_view": round(_middle(product) / _middle(empty), 2),
        "p99_to_p50": round(statistics.median(load.wait(0.99) / load.wait(0.5) for load in product), 1),
        "faults": sum(load.faults for load in product),
        "acknowledged": acknowledged,
        "stored": stored - before,
        "tallies_equal_rebuild": bool(honest),
        "for_reading": {
            "answers_a_second": round(_middle(product)),
            "raw_inserts_a_second": round(_middle(raw)),
            "empty_views_a_second": round(_middle(empty)),
            "empty_views_with_middleware_a_second": round(_middle(usual)),
            "p50_ms": round(statistics.median(load.wait(0.5) for load in product), 1),
            "p99_ms": round(statistics.median(load.wait(0.99) for load in product), 1),
            "raw_p99_ms": round(statistics.median(load.wait(0.99) for load in raw), 1),
            "connections": CONNECTIONS,
        },
    }


def _load(port: int, request: Any) -> Load:
    return drive(port, request, connections=CONNECTIONS, seconds=SECONDS)


def _middle(loads: list[Load]) -> float:
    return statistics.median(load.per_second for load in loads)


@contextmanager
def _serving(application: str, environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += ["--blocking-threads", str(THREADS), "--backlog", "1024", "--no-ws", "--log-level", "error"]
    server = subprocess.Popen([sys.executable, "-m", "granian", *options, application], env=environment)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)
