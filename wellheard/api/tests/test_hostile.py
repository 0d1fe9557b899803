"""Whatever a program sends, the answer is a problem that it can read: never a fault of ours, on either database."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from wellheard.api.api import api
from wellheard.cases.models import Case
from wellheard.core.models import Member, Organisation, Site

pytestmark = pytest.mark.django_db

HOSTILE: dict[str, Any] = {
    "NUL": "half \x00 a word",
    "half a character": "half \ud800 a character",
    "very long": "x" * 100_000,
    "a number": 2**70,
    "a small number": -(2**70),
    "a list": ["x"],
    "an object": {"x": "\x00"},
    "nothing": None,
    "an early day": "0001-01-01T00:00:00Z",
    "a late day": "9999-12-31T23:59:59-12:00",
}


def verbs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, the fields of its body) of each address that takes a body."""
    schema = api.get_openapi_schema()
    kinds = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            name = body.get("$ref", "").rsplit("/", 1)[-1]
            if name:
                yield method, path, kinds[name].get("properties", {})


def plain(field: dict[str, Any]) -> Any:
    """A value of the field's type."""
    kind: dict[str, Any] = next(
        (each for each in (field, *field.get("anyOf", ())) if each.get("type", "null") != "null"), {}
    )
    return {"string": "Words", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}.get(
        kind.get("type", "")
    )


@pytest.mark.parametrize(
    ("method", "path", "fields"), list(verbs()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_no_body_is_a_fault_of_ours(
    ana: Member,
    organisation: Organisation,
    leipzig: Site,
    signed_in: Any,
    method: str,
    path: str,
    fields: dict[str, Any],
):
    client: Client = signed_in(ana)
    client.raise_request_exception = False
    given = {"key": "hostile-1", "words": "It drips.", "site": leipzig.pk}
    case = client.post("/api/v1/cases", given, content_type="application/json").json()["id"]
    address = path.replace("{pk}", str(case))
    usual = {name: plain(field) for name, field in fields.items()} | {"site_id": leipzig.pk, "site": leipzig.pk}
    bodies = [json.dumps(usual | {name: value}) for name in fields for value in HOSTILE.values()]
    bodies += ["", "[]", "nonsense", "[" * 100_000, '{"a":' * 900 + "1" + "}" * 900, '"\\ud800"']

    faults = [
        (body[:200], answer.status_code)
        for body in bodies
        if (answer := getattr(client, method)(address, body, content_type="application/json")).status_code >= 500
    ]

    assert faults == []


def questions() -> Iterator[tuple[str, str]]:
    """(path, name) of everything that can be asked for in an address."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            yield path, parameter["name"]


@pytest.mark.parametrize(("path", "name"), list(questions()))
def test_no_question_is_a_fault_of_ours(ana: Member, organisation: Organisation, signed_in: Any, path: str, name: str):
    client: Client = signed_in(ana)
    client.raise_request_exception = False
    asked = [
        "",
        "%00",
        "a%00b",
        "%ff%fe",
        "%ed%a0%80",
        "x" * 5_000,
        str(2**70),
        str(-(2**70)),
        "0",
        "NaN",
        "1e999",
        "'--",
    ]

    faults = []
    for value in asked:
        in_path = "{" + name + "}" in path
        address = path.replace("{" + name + "}", value or "0") if in_path else f"{path}?{name}={value}"
        address = address.replace("{survey_id}", "1").replace("{pk}", "1")
        if (status := client.get(address).status_code) >= 500:
            faults.append((address[:200], status))

    assert faults == []


def test_words_that_no_database_holds_are_kept_with_a_sign(
    ana: Member, organisation: Organisation, leipzig: Site, signed_in
):
    words = "It \\u0000 drips \\ud83d here \\ud83d\\ude00."
    sent = f'{{"key": "hostile-1", "words": "{words}", "site": {leipzig.pk}}}'
    made = signed_in(ana).post("/api/v1/cases", sent, content_type="application/json").json()

    assert Case.objects.get(pk=made["id"]).complaint_text == "It \ufffd drips \ufffd here 😀."
