"""The one reader of tables for imports: CSV, TSV, XLSX, ODS and XLS; and of the dates and numbers in their cells."""

from wellheard.ground.tabular.date_order import DateGuess, guess_dates
from wellheard.ground.tabular.dates import NotADate, parse_date
from wellheard.ground.tabular.errors import (
    BrokenEncoding,
    DamagedFile,
    EmptyFile,
    LockedFile,
    NotText,
    TooLarge,
    UnknownSheet,
    UnreadableFile,
    WrongKind,
)
from wellheard.ground.tabular.numbers import (
    NotANumber,
    NotAScore,
    NumberGuess,
    guess_decimal,
    is_blank,
    parse_number,
    parse_score,
)
from wellheard.ground.tabular.reading import read
from wellheard.ground.tabular.table import Limits, Problems, Ragged, Renamed, Row, Table

__all__ = [
    "BrokenEncoding",
    "DamagedFile",
    "DateGuess",
    "EmptyFile",
    "Limits",
    "LockedFile",
    "NotADate",
    "NotANumber",
    "NotAScore",
    "NotText",
    "NumberGuess",
    "Problems",
    "Ragged",
    "Renamed",
    "Row",
    "Table",
    "TooLarge",
    "UnknownSheet",
    "UnreadableFile",
    "WrongKind",
    "guess_dates",
    "guess_decimal",
    "is_blank",
    "parse_date",
    "parse_number",
    "parse_score",
    "read",
]
