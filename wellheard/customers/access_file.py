"""Everything about a person in one file: a ZIP with the data as JSON, and the same to be read in a browser. Written piece by
piece, so that thousands of cases take little memory."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Any

from django.http import FileResponse

from wellheard.core.actors import Actor
from wellheard.core.models import Organisation
from wellheard.customers.actions.privacy import take_access_file
from wellheard.customers.holdings import every_holding
from wellheard.customers.lineage import ids_of
from wellheard.customers.models import PrivacyRequest

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}h2{margin-top:2.5rem}"
    "article{border-top:1px solid #999;padding:.5rem 0}dt{font-weight:bold}dd{margin:0 0 .4rem;white-space:pre-wrap}"
)


def access_file(request: PrivacyRequest, by: Actor, *, at: datetime) -> FileResponse:
    """The file, after the trail has noted who took it."""
    take_access_file(request, by, at=at)
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("data.json", "w", force_zip64=True) as part:
            for piece in written(request):
                part.write(piece.encode())
        with archive.open("read-me.html", "w", force_zip64=True) as part:
            for piece in as_pages(request):
                part.write(piece.encode())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{request.reference}.zip", content_type="application/zip")


def written(request: PrivacyRequest) -> Iterator[str]:
    """The data as JSON, in pieces: one list of rows for each holding."""
    people = ids_of(request.person)
    about = {
        "reference": request.reference,
        "of": Organisation.current().name,
        "received_at": request.received_at.isoformat(),
    }
    yield f'{{"request": {_json(about)}, "holdings": {{'
    for number, each in enumerate(every_holding()):
        yield f'{", " if number else ""}{_json(each.key)}: {{{_json("title")}: {_json(each.title)}, "rows": ['
        for place, row in enumerate(each.shown(people)):
            yield f"{', ' if place else ''}{_json(row)}"
        yield "]}"
    yield "}}\n"


def as_pages(request: PrivacyRequest) -> Iterator[str]:
    """The same to be read."""
    people = ids_of(request.person)
    title = f"What {Organisation.current().name} has about {request.person}"
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
    yield f"<body><h1>{escape(title)}</h1><p>{escape(request.reference)}. data.json holds the same for programs.</p>"
    for each in every_holding():
        yield f"<h2>{escape(each.title)}</h2>"
        nothing = True
        for row in each.shown(people):
            nothing = False
            yield f"<article>{_rows(row)}</article>"
        if nothing:
            yield "<p>Nothing.</p>"
    yield "</body></html>\n"


def _rows(row: dict[str, Any]) -> str:
    return (
        "<dl>"
        + "".join(f"<dt>{escape(_title(name))}</dt><dd>{_value(value)}</dd>" for name, value in row.items())
        + "</dl>"
    )


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _rows(value)
    if isinstance(value, list):
        return "".join(f"<div>{_value(each)}</div>" for each in value)
    return escape(str(value))


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
