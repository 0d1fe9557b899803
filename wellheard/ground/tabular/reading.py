"""The one way to read a table, whatever the file."""

from pathlib import Path

from wellheard.ground.tabular.delimited import read_delimited
from wellheard.ground.tabular.source import Source, check_size, kind_of
from wellheard.ground.tabular.table import Limits, Table
from wellheard.ground.tabular.workbooks import read_workbook


def read(
    content: Path | str | bytes,
    *,
    name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
) -> Table:
    """The table in a CSV, TSV, XLSX, ODS or XLS file, given by its path or its bytes.

    What is not said is found out and stated in `Table.guessed`. `name` is the file's name as its owner knows it: errors
    use it, and it decides nothing but a tie between delimiters. `header_row` is the number of the record with the
    column names; without it that is the first record that is not blank. Text files are streamed: faults in later rows
    appear while the rows are read.

    Raises a kind of UnreadableFile; a file that is too large is refused before it is read.
    """
    source = Source(name, content if isinstance(content, bytes) else Path(content))
    limits = limits or Limits()
    check_size(source, limits)
    kind = kind_of(source)
    if kind == "text":
        return read_delimited(source, encoding=encoding, delimiter=delimiter, header_row=header_row, limits=limits)
    return read_workbook(source, kind, sheet=sheet, header_row=header_row, limits=limits)
