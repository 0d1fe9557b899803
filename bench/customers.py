"""Lists, search and pages of customers at 1,000 and at 100,000 accounts, each with three people: how they grow."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench.databases import engines, fresh

SIZES = (1_000, 100_000)
TIMES = 11


class House:
    """A process with its own customers, that opens a page when asked."""

    def __init__(self, size: int, environment: dict[str, str]) -> None:
        code = "import django; django.setup()\nfrom bench.customers_measure import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code, str(size)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def said(self) -> str:
        """Its next line."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit("The benchmark's own process failed.")
        return line

    def open(self, page: str) -> float:
        """How long the page took, in milliseconds."""
        if self.process.stdin is not None:
            print(page, file=self.process.stdin, flush=True)
        return float(self.said())

    def close(self) -> None:
        """No more pages."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()


def run() -> Iterator[dict[str, Any]]:
    """A line for each database: how many times longer each page takes with a hundred times as many customers.

    The two houses take turns, so that other work on the machine slows both alike.
    """
    for engine in engines():
        with fresh(engine, "_small") as small, fresh(engine, "_large") as large:
            houses = [House(size, each) for size, each in zip(SIZES, (small, large), strict=True)]
            ready = [json.loads(house.said()) for house in houses]
            names: list[str] = ready[0]
            waits: dict[str, list[list[float]]] = {name: [[], []] for name in names}
            for turn in range(TIMES + 1):
                for name in names:
                    for place, house in enumerate(houses):
                        wait = house.open(name)
                        if turn:  # the first opening reads templates
                            waits[name][place].append(wait)
            for house in houses:
                house.close()
        middle = {name: [statistics.median(each) for each in both] for name, both in waits.items()}
        yield {
            "database": engine,
            "growth_1k_to_100k": {name: round(middle[name][1] / middle[name][0], 2) for name in names},
            "for_reading": {"ms_at_100k": {name: round(middle[name][1], 1) for name in names}},
        }
