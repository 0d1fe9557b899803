"""Lists for programs: in the order of their ids, page by page by a cursor, and nothing asked for that is not understood."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import field_validator

from wellheard.core.errors import Refusal
from wellheard.ground.text.keeping import keepable

Row = TypeVar("Row", bound=Model)
MOST = 200
LARGEST = 2**63 - 1


class Asked(Schema):
    """Which page: `after` is the `next` of the page before."""

    after: int = Field(0, ge=0, le=LARGEST, description="The `next` of the page before; left out for the first page.")
    limit: int = Field(50, ge=1, le=MOST)

    @field_validator("*")
    @classmethod
    def keep_what_can_be_kept(cls, value: Any) -> Any:
        """No database can be asked for a NUL."""
        return keepable(value) if isinstance(value, str) else value


def refuse_unknown(request: HttpRequest, asked: Asked) -> None:
    """A filter that is not understood must not pass for one that was applied."""
    known = set(type(asked).model_fields)
    if unknown := sorted(set(request.GET) - known):
        raise Refusal(
            f"Nothing can be asked for by “{keepable(unknown[0])[:60]}” here. There is: {', '.join(sorted(known))}.",
            field=keepable(unknown[0])[:60],
            code="unknown_filter",
        )


def page(
    request: HttpRequest, asked: Asked, rows: "QuerySet[Row]", shown: Callable[[list[Row]], list[Any]] | None = None
) -> dict[str, Any]:
    """The rows after the cursor, oldest first; `next` is None on the last page."""
    refuse_unknown(request, asked)
    found = list(rows.filter(pk__gt=asked.after).order_by("pk")[: asked.limit + 1])
    items, has_more = found[: asked.limit], len(found) > asked.limit
    return {"items": shown(items) if shown else items, "next": items[-1].pk if has_more else None}
