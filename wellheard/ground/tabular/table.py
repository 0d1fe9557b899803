"""What the reader gives: columns, rows as texts, what was guessed, and what was odd."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from wellheard.ground.tabular.errors import EmptyFile, TooLarge

MEGABYTE = 1_000_000
_ODDITIES_LISTED = 1_000


@dataclass(frozen=True)
class Limits:
    """How much is read at most: bytes of the file, rows below the header, columns, characters of a cell.

    For workbooks, which are packed and must be held in memory: `unpacked` bytes and `cells` of a sheet, empty ones
    between the filled ones included.
    """

    bytes: int = 50 * MEGABYTE
    rows: int = 2_000_000
    columns: int = 2_000
    cell: int = 1_000_000
    unpacked: int = 500 * MEGABYTE
    cells: int = 12_000_000


class Row(NamedTuple):
    """One record: its number as a spreadsheet shows it (the first record of the file is 1), and its cells as texts.

    There are at least as many cells as columns. Cells beyond the last column are kept.
    """

    number: int
    cells: list[str]


class Renamed(NamedTuple):
    """A column whose name was blank or taken: its place (from 1), what the header says, and its name here."""

    place: int
    said: str
    name: str


class Ragged(NamedTuple):
    """A row with another number of cells than there are columns."""

    row: int
    cells: int


@dataclass
class Problems:
    """What was odd. Everything but `renamed` is filled while the rows are read, anew on each reading.

    Lists of rows end after the first thousand; the counts go on. `replaced` counts U+FFFD, the character that stands
    where another program, or this one, met bytes that were no text.
    """

    renamed: list[Renamed] = field(default_factory=list)
    ragged: list[Ragged] = field(default_factory=list)
    ragged_count: int = 0
    blank_rows: int = 0
    replaced: int = 0
    replaced_rows: list[int] = field(default_factory=list)
    unclosed_quote: int | None = None

    def forget_rows(self) -> None:
        self.ragged, self.ragged_count, self.blank_rows = [], 0, 0
        self.replaced, self.replaced_rows, self.unclosed_quote = 0, [], None

    def add_ragged(self, row: int, cells: int) -> None:
        self.ragged_count += 1
        if len(self.ragged) < _ODDITIES_LISTED:
            self.ragged.append(Ragged(row, cells))

    def add_replaced(self, row: int, count: int) -> None:
        self.replaced += count
        if len(self.replaced_rows) < _ODDITIES_LISTED:
            self.replaced_rows.append(row)


@dataclass
class Table:
    """A readable table.

    `guessed` holds what the reader found out or was told: "format" (csv, xlsx, ods, xls) and "header_row"; for text
    "encoding", "encoding_is_sure", "broken_bytes", "has_bom", "delimiter" and "line_ends"; for workbooks "sheet" and
    "sheets". `headers` are the header cells as the file has them.
    """

    name: str
    columns: list[str]
    headers: list[str]
    guessed: dict[str, Any]
    problems: Problems
    _read_rows: Callable[[], Iterator[Row]] = field(repr=False)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows below the header, blank ones left out. Each call begins at the top again.

        Raises UnreadableFile where the reading meets a limit or a fault.
        """
        self.problems.forget_rows()
        return self._read_rows()

    def preview(self, rows: int = 20) -> list[Row]:
        """The first rows."""
        return list(islice(self.rows, rows))


class Record(NamedTuple):
    """A row as the file has it, before it is fitted to the columns."""

    number: int
    cells: list[str]


def build_table(
    name: str,
    records: Callable[[], Iterator[Record]],
    guessed: dict[str, Any],
    problems: Problems,
    header_row: int | None,
    limits: Limits,
) -> Table:
    """The table over these records; its header is the record of that number, or else the first that is not blank."""
    for header in records():
        if header.number == header_row or (header_row is None and not _is_blank(header.cells)):
            break
    else:
        if header_row is None:
            raise EmptyFile(f'The file "{name}" is empty.', advice="Check that it is the file you meant.")
        raise EmptyFile(f'The file "{name}" has no row {header_row}.', advice="Say in which row the header is.")
    columns, problems.renamed = unique_names(header.cells)

    def rows() -> Iterator[Row]:
        return _fitted(name, records(), header, problems, limits)

    return Table(name, columns, header.cells, {**guessed, "header_row": header.number}, problems, rows)


def unique_names(headers: Sequence[str]) -> tuple[list[str], list[Renamed]]:
    """The headers as column names, spaces around them gone, blank and repeated ones given names of their own."""
    names: list[str] = []
    renamed = []
    taken = {header.strip() for header in headers}
    seen: set[str] = set()
    for place, header in enumerate(headers, start=1):
        name = wanted = header.strip() or f"Column {place}"
        count = 2
        while name in seen or (name != header.strip() and name in taken):
            name = f"{wanted} ({count})"
            count += 1
        seen.add(name)
        names.append(name)
        if name != header.strip():
            renamed.append(Renamed(place, header, name))
    return names, renamed


def _fitted(name: str, records: Iterator[Record], header: Record, problems: Problems, limits: Limits) -> Iterator[Row]:
    width = len(header.cells)
    # Rows may leave out the cells below blank headers at the end: nothing says that anything belongs there.
    least = len(_without_blank_end(header.cells))
    count = 0
    for number, cells in records:
        if number <= header.number:
            continue
        if _is_blank(cells):
            problems.blank_rows += 1
            continue
        count += 1
        if count > limits.rows:
            raise TooLarge(
                f'The file "{name}" has more than {limits.rows} rows.', where=f"row {number}", advice="Split the file."
            )
        if len(cells) != width:
            cells = _without_blank_end(cells, keep=width)
            if not least <= len(cells) <= width:
                problems.add_ragged(number, len(cells))
            cells += [""] * (width - len(cells))
        yield Row(number, cells)


def check_cells(name: str, number: int, cells: Sequence[str], limits: Limits) -> None:
    """Raises TooLarge when the row has too many cells, or one that is too long."""
    if len(cells) > limits.columns:
        raise TooLarge(
            f'Row {number} of the file "{name}" has {len(cells)} cells; at most {limits.columns} are read.',
            where=f"row {number}",
        )
    if cells and max(map(len, cells)) > limits.cell:
        raise TooLarge(
            f'Row {number} of the file "{name}" has a cell of more than {limits.cell} characters.',
            where=f"row {number}",
            advice="Perhaps a quotation mark before it is never closed.",
        )


def _is_blank(cells: Sequence[str]) -> bool:
    text = "".join(cells)
    return not text or text.isspace()


def _without_blank_end(cells: Sequence[str], keep: int = 0) -> list[str]:
    """Cells without the blank ones at the end, as programs leave them there; at least `keep` stay."""
    end = len(cells)
    while end > keep and not cells[end - 1].strip():
        end -= 1
    return list(cells[:end])
