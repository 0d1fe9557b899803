"""What the cells of a column have in common: enough to recognise what it holds, from the beginning of the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from wellheard.ground.tabular import NotADate, NotAScore, Row, is_blank, parse_date, parse_score

ROWS_LOOKED_AT = 20_000
DISTINCT_KEPT = 200
DATES_TRIED = 200


@dataclass
class Profile:
    """One column: how many cells are filled, and with what.

    `scores` counts whole numbers from 0 to 10 by value, `others` everything else that is filled. `values` holds the
    first 200 different ones; `dates` of the first 200 filled cells are dates (`tried` were tried).
    """

    name: str
    place: int
    filled: int = 0
    others: int = 0
    scores: list[int] = field(default_factory=lambda: [0] * 11)
    values: dict[str, int] = field(default_factory=dict)
    has_more_values: bool = False
    characters: int = 0
    longest: int = 0
    tried: int = 0
    dates: int = 0

    def add(self, cell: str) -> None:
        """Look at one cell."""
        if not cell or not cell.strip():
            return
        if cell in self.values:
            self.values[cell] += 1
        elif len(self.values) < DISTINCT_KEPT:
            self.values[cell] = 1
        else:
            self.has_more_values = True
        self.filled += 1
        self.characters += len(cell)
        self.longest = max(self.longest, len(cell))
        try:
            score = parse_score(cell, 0, 10, labelled=True)
        except NotAScore:
            self.others += 1
        else:
            if score is None:
                self.filled -= 1
            else:
                self.scores[score] += 1
        if self.tried < DATES_TRIED and not is_blank(cell):
            self.tried += 1
            self.dates += _is_date(cell)

    @property
    def scored(self) -> int:
        """How many cells hold a whole number from 0 to 10."""
        return sum(self.scores)

    @property
    def score_share(self) -> float:
        return self.scored / self.filled if self.filled else 0.0

    @property
    def date_share(self) -> float:
        return self.dates / self.tried if self.tried else 0.0

    @property
    def mean_length(self) -> float:
        return self.characters / self.filled if self.filled else 0.0

    @property
    def highest(self) -> int:
        """The highest score there is; -1 without any."""
        return max((score for score, number in enumerate(self.scores) if number), default=-1)

    @property
    def lowest(self) -> int:
        """The lowest score there is; 11 without any."""
        return min((score for score, number in enumerate(self.scores) if number), default=11)

    @property
    def is_numbering(self) -> bool:
        """Does it merely count 1, 2, 3…: no value twice?"""
        return self.filled > 2 and not self.has_more_values and max(self.values.values()) == 1


def profiles_of(columns: Sequence[str], rows: Iterable[Row]) -> list[Profile]:
    """A profile of each column, from the first 20,000 rows."""
    profiles = [Profile(name, place) for place, name in enumerate(columns)]
    for row in islice(rows, ROWS_LOOKED_AT):
        for profile, cell in zip(profiles, row.cells, strict=False):
            profile.add(cell)
    return profiles


def _is_date(cell: str) -> bool:
    try:
        parse_date(cell, "dmy")
    except NotADate:
        pass
    else:
        return True
    try:
        parse_date(cell, "mdy")
    except NotADate:
        return False
    return True
