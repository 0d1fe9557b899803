"""Long lists in pieces: a statement holds a bounded number of values (32,766 on SQLite, 65,535 on PostgreSQL)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Each = TypeVar("Each")
AT_ONCE = 5_000


def in_batches(values: Iterable[Each], number: int = AT_ONCE) -> Iterator[list[Each]]:
    """The values in lists of at most `number`."""
    rest = iter(values)
    while some := list(islice(rest, number)):
        yield some
