"""Lists, search and pages of customers at 1,000 and at 100,000 accounts, each with three people: how they grow."""

import json
from collections.abc import Iterator
from typing import Any

from bench.databases import engines, fresh, python

SIZES = (1_000, 100_000)


def run() -> Iterator[dict[str, Any]]:
    """A line for each database: how many times longer each page takes with a hundred times as many customers."""
    for engine in engines():
        with fresh(engine) as environment:
            small, large = json.loads(
                python("from bench.customers_measure import main; main()", environment, json.dumps(SIZES))
            )
        names = [name for name in small if name != "accounts"]
        yield {
            "database": engine,
            "growth_1k_to_100k": {name: round(large[name] / small[name], 2) for name in names},
            "for_reading": {"ms_at_100k": {name: round(large[name], 1) for name in names}},
        }
