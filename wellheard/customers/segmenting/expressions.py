"""What traits are made of, the same on both databases."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    FloatField,
    Func,
    IntegerField,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

YEAR = timedelta(days=365)


class DaysSince(Func):
    """Whole days from a moment (an expression) to `now`; below zero for one that is to come, NULL for none.

    From a day they are counted on the calendar, as it is where we are: what was yesterday is one day ago at every hour.
    """

    output_field = IntegerField()

    def __init__(self, moment: Any, now: datetime) -> None:
        super().__init__(moment, Value(now, output_field=DateTimeField()))
        self.today = Value(timezone.localdate(now), output_field=DateField())

    @property
    def _is_of_a_day(self) -> bool:
        field = self.source_expressions[0].output_field
        return isinstance(field, DateField) and not isinstance(field, DateTimeField)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "CAST(FLOOR(JULIANDAY(%(second)s) - JULIANDAY(%(first)s)) AS INTEGER)"
        return self._of_two(compiler, connection, template)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        if self._is_of_a_day:
            return self._of_two(compiler, connection, "((%(second)s)::date - (%(first)s)::date)")
        template = "FLOOR(EXTRACT(EPOCH FROM (%(second)s)::timestamptz - (%(first)s)::timestamptz) / 86400)::integer"
        return self._of_two(compiler, connection, template)

    def _of_two(self, compiler: Any, connection: Any, template: str) -> Any:
        moment, now = self.source_expressions
        first, second = (compiler.compile(each) for each in (moment, self.today if self._is_of_a_day else now))
        pieces = {"first": first[0], "second": second[0]}
        return template % pieces, [*second[1], *first[1]]


class HasWord(Func):
    """Is this word in a list that is kept as JSON?"""

    output_field = BooleanField()

    def __init__(self, words: Any, word: Any) -> None:
        super().__init__(
            words, word if hasattr(word, "resolve_expression") else Value(str(word), output_field=TextField())
        )

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        words, word = (compiler.compile(each) for each in self.source_expressions)
        sql = f"EXISTS (SELECT 1 FROM JSON_EACH({words[0]}) WHERE JSON_EACH.value = {word[0]})"  # noqa: S608  ours
        return sql, [*words[1], *word[1]]

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        words, word = (compiler.compile(each) for each in self.source_expressions)
        return f"({words[0]} @> TO_JSONB({word[0]}::text))", [*words[1], *word[1]]


def own_number(key: str) -> Combinable:
    """A number among the organisation's own fields; NULL for what is none."""
    text = KeyTextTransform(key, "custom")
    as_text = Cast(text, TextField())
    is_number = When(_matches(as_text, r"^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$"), then=Cast(as_text, FloatField()))
    return Case(is_number, default=None, output_field=FloatField())


def own_text(key: str) -> Combinable:
    """A text or a choice among the organisation's own fields."""
    return Cast(KeyTextTransform(key, "custom"), TextField())


def own_day(key: str) -> Combinable:
    """A day among the organisation's own fields, as its ten signs: they sort as days do."""
    return Cast(KeyTextTransform(key, "custom"), TextField())


def own_yes(key: str) -> Combinable:
    """Yes among the organisation's own fields; NULL when nothing was said."""
    text = Cast(KeyTextTransform(key, "custom"), TextField())
    return Case(
        When(_matches(text, "^(true|1)$"), then=Value(True)),
        When(_matches(text, "^(false|0)$"), then=Value(False)),
        default=None,
        output_field=BooleanField(),
    )


def _matches(text: Any, pattern: str) -> Any:
    from django.db.models.lookups import Regex

    return Regex(text, pattern)


def is_moment(rows: QuerySet[Any], name: str) -> bool:
    """Is the expression that these rows are annotated with a moment, rather than a day?"""
    field = rows.query.annotations[name].output_field
    return isinstance(field, DateTimeField)


def is_day(rows: QuerySet[Any], name: str) -> bool:
    """Is it a day of the calendar, rather than a text with its ten signs?"""
    field = rows.query.annotations[name].output_field
    return isinstance(field, DateField) and not isinstance(field, DateTimeField)
