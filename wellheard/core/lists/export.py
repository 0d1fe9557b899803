"""Exports of a list: as filtered, every column, one row a record; however long, in little memory."""

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.lists.asked import Asked
from wellheard.core.lists.page import Column, ListPage, Rows
from wellheard.ground.formulas import neutralise_cell

CHUNK = 2000
LINES = 500
SHEET_ROWS = 1_048_575  # beside the header
CELL_CHARACTERS = 32_767
CUT_SHORT = " … [shortened: a spreadsheet cell holds no more; the CSV export has the whole text]"
BOM = "\ufeff"  # without it spreadsheets take UTF-8 for something else


@action("core.export")
def note_export(page: str, by: Actor, *, at: dt.datetime, form: str, rows: int, asked: Asked) -> None:
    """Who took which list out of the house, and how many rows. The words searched for may name people: not kept."""
    detail(list=page, format=form, rows=rows, filters=dict(asked.chosen), searched=bool(asked.words))


def export(page: ListPage, rows: Rows, asked: Asked, count: int, by: Actor, *, at: dt.datetime) -> HttpResponseBase:
    """The list as a file, after the trail has noted it. A spreadsheet that can't hold every row is refused."""
    if asked.format == "xlsx" and count > SHEET_ROWS:
        raise Refusal(
            f"These are {count:,} rows; an XLSX sheet holds {SHEET_ROWS:,}. Nothing was exported. "
            "Export them as CSV, or filter the list."
        )
    note_export(page.key, by, at=at, form=asked.format, rows=count, asked=asked)
    name = f"{page.key.replace('.', '-')}-{timezone.localdate(at).isoformat()}.{asked.format}"
    # A streamed body is made after the middleware has gone, so the reader's zone is kept here.
    zone = timezone.get_current_timezone()
    columns = [*page.columns, *page.also]
    if asked.format == "xlsx":
        return _xlsx(columns, rows, zone, name)
    body = _csv_lines(columns, rows, zone)
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def cell_value(column: Column, row: Any, zone: dt.tzinfo) -> object:
    """What a column exports, whole: numbers and dates as such, moments in the reader's zone, everything else as text."""
    value = (column.whole or column.value)(row)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.astimezone(zone) if timezone.is_aware(value) else value
    if isinstance(value, int | float | Decimal | dt.date):
        return value
    return str(value)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(columns: Sequence[Column], rows: Rows, zone: dt.tzinfo) -> Iterator[str]:
    """The file in pieces of many lines: a piece a line would spend its time on sending."""
    writer = csv.writer(_Echo())
    lines = [BOM + writer.writerow([neutralise_cell(column.title) for column in columns])]
    for row in rows.iterator(chunk_size=CHUNK):
        lines.append(writer.writerow([_csv_cell(cell_value(column, row, zone)) for column in columns]))
        if len(lines) >= LINES:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def _csv_cell(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    # A number keeps its minus sign; a customer's text must not become a formula on the reader's machine.
    return str(value) if isinstance(value, int | float | Decimal) else neutralise_cell(str(value))


def _xlsx(columns: Sequence[Column], rows: Rows, zone: dt.tzinfo, name: str) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    head = book.add_format({"bold": True})
    moment, day = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd hh:mm", "yyyy-mm-dd"))
    sheet = book.add_worksheet("List")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 18 if column.kind in {"number", "date", "moment"} else 32)
        sheet.write_string(0, place, column.title, head)
    for line, row in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
        for place, column in enumerate(columns):
            value = cell_value(column, row, zone)
            if isinstance(value, dt.datetime):
                sheet.write_datetime(line, place, value.replace(tzinfo=None), moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, place, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(line, place, value)
            elif value:
                # Always as a string: a sheet's own guess would make formulas and links of what customers wrote.
                sheet.write_string(line, place, _fitting(str(value)))
    book.close()
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _fitting(text: str) -> str:
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - len(CUT_SHORT)] + CUT_SHORT
