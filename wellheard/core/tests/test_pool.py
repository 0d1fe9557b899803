"""PostgreSQL's pool: bounded however many threads there are, and whole again after the server was restarted."""

from pathlib import Path

import pytest
from django.db import connection

from wellheard.core.tests.elsewhere import elsewhere

CODE = """
from concurrent.futures import ThreadPoolExecutor
import psycopg
from django.conf import settings
from django.db import connection
def ask(_):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.01)")
            return cursor.fetchone()[0]
    finally:
        connection.close()
with ThreadPoolExecutor(32) as threads:
    before = set(threads.map(ask, range(200)))
    server = settings.DATABASES["default"]
    with psycopg.connect(host=server["HOST"], port=server["PORT"], user=server["USER"], password=server["PASSWORD"],
                         dbname="postgres", autocommit=True) as own:
        own.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [server["NAME"]])
    after = set(threads.map(ask, range(200)))
print(json.dumps([len(before), len(after), sorted(before & after)]))
"""


def test_the_pool_is_bounded_and_survives_a_restart_of_the_server(db: None, tmp_path: Path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    with elsewhere(tmp_path, WELLHEARD_POOL="5") as there:
        before, after, in_both = there.run(CODE)

    assert (0 < before <= 5, 0 < after <= 5, in_both) == (True, True, [])
