"""Every address of the project, with something put in for what varies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

EXAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


@dataclass(frozen=True)
class Address:
    """A path that matches a pattern, and the pattern's full name (`cases:detail`; the route where it has none)."""

    path: str
    name: str


def every_address() -> list[Address]:
    """All of them, in the order in which they are matched."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Address]:
    for each in patterns:
        path = prefix + _example(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each.url_patterns, path, inner)
        else:
            yield Address(path, f"{namespace}{each.name or each.pattern}")


def _example(pattern: object) -> str:
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES.get(found[1] or "str", "x"), str(pattern))
    assert isinstance(pattern, RegexPattern)
    return re.sub(r"\(\?P<\w+>([^)]*)\)", lambda found: _fitting(found[1]), str(pattern).strip("^$"))


def _fitting(wanted: str) -> str:
    """A text for a group of a regular expression: a number, the first of several words, or any letter."""
    if wanted.startswith(r"\d"):
        return "1"
    return wanted.partition("|")[0] if re.fullmatch(r"[\w|]+", wanted) else "x"
