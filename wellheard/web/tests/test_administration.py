"""The handbook for operators names every setting there is."""

import re
from pathlib import Path

import pytest

import wellheard

pytestmark = pytest.mark.pages
PACKAGE = Path(wellheard.__file__).parent
NAME = re.compile(r"\b(?:WELLHEARD_[A-Z_]+|DATABASE_URL)\b")


def test_every_environment_variable_that_is_read_is_documented_and_no_other():
    read = {
        name
        for file in ("settings.py", "environment.py")
        for name in NAME.findall((PACKAGE / "config" / file).read_text(encoding="utf-8"))
    }

    told = set(NAME.findall((PACKAGE.parent / "docs" / "administration.md").read_text(encoding="utf-8")))

    assert told == read
