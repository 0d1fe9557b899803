"""How days and amounts are written in a file of orders: told by its columns, or asked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.core.imports import Question
from wellheard.customers.imports.transactions_layout import Layout, first_cells
from wellheard.ground.tabular import Table, guess_dates, guess_decimal, parse_date
from wellheard.ground.tabular.dates import Order as DateOrder

ORDERS = {"dmy": "day before month: 11/4 is in April", "mdy": "month before day: 11/4 is in November"}
MARKS = {".": "a point: 1,234 is 1234", ",": "a comma: 1.234 is 1234"}
_MONEY = re.compile(
    r"(?P<open>\()?\s*(?P<one>[€£$]|[A-Za-z]{3}(?=\s|\d|-))?\s*(?P<number>[^€£$A-Za-z()]+?)\s*(?P<two>[€£$]|[A-Za-z]{3})?\s*(?(open)\))"
)
_LONGEST_NUMBER = 60


@dataclass
class Forms:
    """How days and numbers are written in this file. `day` is that of all rows where the file says none."""

    read_day: Callable[[str], date]
    decimal: Any
    guessed: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


def forms_of(table: Table, layout: Layout, answers: Mapping[str, str], today: date) -> Forms:
    """What the columns show about the order of day and month and the decimal mark, and what must be asked."""
    forms = Forms(lambda cell: today, None)
    if "date" in layout.columns:
        _days(table, layout.columns["date"], answers, forms)
    else:
        forms.read_day = _one_day(answers, today, forms)
    said = answers.get("decimal", "")
    if said and said not in MARKS:
        raise Refusal(f"“{said}” is no decimal mark. Nothing was imported; say . or ,.", field="decimal")
    numeric = [layout.columns[name] for name in ("amount", "price") if name in layout.columns]
    numeric += [sales for _, sales in layout.pairs] + layout.totals
    forms.decimal = said or _decimal(table, numeric, forms)
    return forms


def _days(table: Table, column: str, answers: Mapping[str, str], forms: Forms) -> None:
    guess = guess_dates(first_cells(table, column))
    order: DateOrder = guess.order
    told = answers.get("day_month_order", "").strip().lower()
    if told and told not in ORDERS:
        raise Refusal(
            f"“{told}” is no order of day and month. Nothing was imported; say dmy or mdy.", field="day_month_order"
        )
    if told:
        order, forms.guessed["date_order"] = ("mdy" if told == "mdy" else "dmy"), f"{told}, as you said"
    elif order == "ambiguous" and guess.formats:
        order = guess.likely or "dmy"
        because = f" The {'month' if order == 'mdy' else 'day'} seems likely: {guess.because}." if guess.because else ""
        forms.guessed["date_order"] = f"{order} perhaps: {guess.evidence}"
        sentence = f"In “{column}” {guess.evidence}. Does the day or the month come first?{because}"
        forms.questions.append(Question("day_month_order", sentence, ORDERS))
    else:
        forms.guessed["date_order"] = f"{order}: {guess.evidence}"
    if guess.suspicion:
        forms.guessed["dates_look_swapped"] = guess.suspicion

    @lru_cache(4_096)
    def read(cell: str) -> date:
        found = parse_date(cell, order, serials=guess.serials)
        return found.date() if isinstance(found, datetime) else found

    forms.read_day = read


def _one_day(answers: Mapping[str, str], today: date, forms: Forms) -> Callable[[str], date]:
    told = answers.get("day", "").strip()
    day = today
    if told and told != "today":
        try:
            day = date.fromisoformat(told)
        except ValueError:
            raise Refusal(f"“{told}” is no day. Nothing was imported; write it as 2026-11-16.", field="day") from None
        if day > today:
            raise Refusal(f"The day {told} lies ahead. Nothing was imported; say an earlier one.", field="day")
        forms.guessed["day"] = f"{day.isoformat()}, as you said"
    else:
        forms.guessed["day"] = f"the file has no days, so the day of the import is used: {day.isoformat()}"
        if not told:
            sentence = "The file does not say when. From which day are the numbers (as 2026-11-16)?"
            forms.questions.append(Question("day", sentence, {"today": f"today, {day.isoformat()}"}))
    return lambda cell: day


def _decimal(table: Table, columns: list[str], forms: Forms) -> Any:
    is_open = False
    for column in columns:
        guess = guess_decimal((row, _bare(cell)) for row, cell in first_cells(table, column))
        if guess.decimal is not None:
            forms.guessed["decimal"] = f"“{guess.decimal}”: {guess.evidence}"
            return guess.decimal
        is_open = is_open or any(_is_open(_bare(cell)) for _, cell in first_cells(table, column))
    if is_open:
        forms.questions.append(
            Question("decimal", "Which mark comes before decimals? 1,234 could be two numbers.", MARKS)
        )
        forms.guessed["decimal"] = "“.” perhaps: no value shows it"
    return "."


def money_in(cell: str) -> re.Match[str] | None:
    """The parts of an amount: `number`, the currency before (`one`) or behind (`two`) it, and `open` where brackets lower it."""
    return _MONEY.fullmatch(cell.strip()) if len(cell) <= _LONGEST_NUMBER else None


def _bare(cell: str) -> str:
    found = money_in(cell)
    return found["number"].strip() if found else cell


def _is_open(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", cell.strip()))
