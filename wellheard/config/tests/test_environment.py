"""What the operator says is checked at the start; what is made at the first start is made once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from wellheard.config import environment, settings, worker
from wellheard.config.environment import BadSetting


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WELLHEARD_SECRET_KEY", "WELLHEARD_URL", "WELLHEARD_HOSTS", "WELLHEARD_POOL"):
        monkeypatch.delenv(name, raising=False)


def test_of_many_that_start_at_once_all_have_one_key(tmp_path: Path):
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        begin = Barrier(8)

        def first_start(folder: Path = folder, begin: Barrier = begin) -> str:
            begin.wait()
            return environment.secret_key(folder)

        with ThreadPoolExecutor(8) as threads:
            keys = {start.result() for start in [threads.submit(first_start) for _ in range(8)]}

        assert (len(keys), len(keys.pop()) > 60) == (1, True)
        assert [path.name for path in folder.iterdir()] == ["secret-key"]
        assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600


def test_an_empty_key_is_no_key(tmp_path: Path):
    (tmp_path / "secret-key").touch()

    with pytest.raises(BadSetting, match="is empty"):
        environment.secret_key(tmp_path)


@pytest.mark.parametrize(
    ("said", "url", "hosts"),
    [
        ({}, "http://127.0.0.1:8000", ["127.0.0.1", "localhost", "[::1]"]),
        (
            {"WELLHEARD_URL": "https://feedback.example.org/"},
            "https://feedback.example.org",
            ["127.0.0.1", "localhost", "[::1]", "feedback.example.org"],
        ),
        (
            {"WELLHEARD_URL": "https://a.example:8443", "WELLHEARD_HOSTS": " b.example , ,c.example"},
            "https://a.example:8443",
            ["b.example", "c.example", "a.example"],
        ),
        ({"WELLHEARD_URL": "http://[::1]:8000"}, "http://[::1]:8000", ["127.0.0.1", "localhost", "[::1]"]),
    ],
)
def test_the_address_that_people_use_is_one_that_is_answered(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], url: str, hosts: list[str]
):
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    assert (environment.public_url(), environment.hosts(environment.public_url())) == (url, hosts)


@pytest.mark.parametrize(
    "url",
    ["feedback.example.org", "ftp://a.example", "https://", "javascript:alert(1)", "https://a.example/path", "//a"],
)
def test_an_address_that_mails_could_not_link_to_stops_the_start(monkeypatch: pytest.MonkeyPatch, url: str):
    monkeypatch.setenv("WELLHEARD_URL", url)

    with pytest.raises(BadSetting, match="WELLHEARD_URL"):
        environment.public_url()


def test_postgresql_gets_a_bounded_pool_whose_connections_are_looked_at():
    chosen = settings.database("postgres://ana:secret@db.example:5433/house")

    assert {
        name: chosen[name] for name in ("NAME", "HOST", "PORT", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "OPTIONS")
    } == {
        "NAME": "house",
        "HOST": "db.example",
        "PORT": 5433,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 20}},
    }


def test_sqlite_keeps_what_it_acknowledges():
    chosen: dict[str, Any] = settings.database("sqlite:////srv/house.sqlite3")

    assert (chosen["ENGINE"], chosen["NAME"]) == ("wellheard.core.databases.sqlite3", "/srv/house.sqlite3")
    assert chosen["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in chosen["OPTIONS"]["init_command"]


def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch):
    class Queue:
        running = True
        runs = 0

        def run(self) -> None:
            self.runs += 1
            if self.runs < 3:
                raise OperationalError("server closed the connection unexpectedly")
            self.running = False

    monkeypatch.setattr(worker, "AGAIN_AFTER", 0.0)
    monkeypatch.setattr(BaseDatabaseWrapper, "close", lambda connection: None)
    queue = Queue()

    worker.run_queue(queue)  # type: ignore[arg-type]

    assert queue.runs == 3
