"""Tables in workbooks: XLSX, ODS and the old XLS."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from wellheard.ground.tabular.archives import check_archive
from wellheard.ground.tabular.errors import DamagedFile, EmptyFile, LockedFile, UnknownSheet, UnreadableFile
from wellheard.ground.tabular.source import Kind, Source
from wellheard.ground.tabular.table import Limits, Problems, Record, Table, build_table, check_cells

_EXACT_DIGITS = 15


def read_workbook(source: Source, kind: Kind, *, sheet: str | None, header_row: int | None, limits: Limits) -> Table:
    """The table on one sheet of a workbook: the named one, or the visible one with the most cells.

    Cells become texts: dates and moments in ISO form, whole numbers without a point, others with at most 15 digits (as
    a spreadsheet shows them), durations as hours:minutes:seconds, truth as TRUE and FALSE, formulas as their last
    result, error values as nothing. Raises UnreadableFile.
    """
    if kind != "xls":
        check_archive(source, kind, limits)
    try:
        chosen = _chosen_sheet(source, sheet)
    except PasswordError as fault:
        raise LockedFile(f'The file "{source.name}" is protected by a password.', advice="Remove it first.") from fault
    except CalamineError as fault:
        raise _damaged(source) from fault
    except BaseException as fault:
        # The reader is written in Rust, and its panics do not derive from Exception.
        if type(fault).__name__ == "PanicException":
            raise _damaged(source) from fault
        raise
    problems = Problems()
    guessed = {"format": kind, "sheet": chosen.data.name, "sheets": chosen.names}

    def records() -> Iterator[Record]:
        for number, values in enumerate(chosen.data.iter_rows(), start=1):
            cells = [cell_text(value) for value in values]
            check_cells(source.name, number, cells, limits)
            if replaced := sum(cell.count("\ufffd") for cell in cells):
                problems.add_replaced(number, replaced)
            yield Record(number, cells)

    return build_table(source.name, records, guessed, problems, header_row, limits)


def cell_text(value: Any) -> str:
    """The text of a cell's value."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            return _number_text(value)
        case datetime():
            return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
        case timedelta():
            return _duration_text(value)
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 10**_EXACT_DIGITS else _decimal_text(value)


def _decimal_text(value: float) -> str:
    return format(Decimal(format(value, f".{_EXACT_DIGITS}g")), "f")


def _duration_text(value: timedelta) -> str:
    sign, seconds = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, rest = divmod(int(seconds.total_seconds()), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"


@dataclass(frozen=True)
class _Chosen:
    data: CalamineSheet
    names: list[str]


def _chosen_sheet(source: Source, wanted: str | None) -> _Chosen:
    with source.open() as file:
        workbook = load_workbook(file)
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        if wanted not in names:
            raise UnknownSheet(
                f'The file "{source.name}" has no sheet "{wanted}".', advice=f"Its sheets are: {', '.join(names)}."
            )
        return _Chosen(workbook.get_sheet_by_name(wanted), names)
    data = _largest(workbook)
    if data is None:
        raise EmptyFile(
            f'The file "{source.name}" has no sheet with content.', advice="Check that it is the right one."
        )
    return _Chosen(data, names)


def _largest(workbook: CalamineWorkbook) -> CalamineSheet | None:
    """The sheet that is most likely the data: notes and lists of choices before and after it are smaller."""
    best: CalamineSheet | None = None
    for sheet in workbook.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
            continue
        data = workbook.get_sheet_by_name(sheet.name)
        if data.height and (best is None or data.height * data.width > best.height * best.width):
            best = data
    return best


def _damaged(source: Source) -> UnreadableFile:
    return DamagedFile(f'The file "{source.name}" is a damaged workbook.', advice="Get the file once more.")
