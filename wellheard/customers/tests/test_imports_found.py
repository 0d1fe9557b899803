"""Customers that came in a file are found as they are written and as they are typed, and no longer once it is taken back."""

from datetime import datetime, timedelta

import pytest

from wellheard.core.imports import Options, run_import, undo_import
from wellheard.core.models import ImportBatch, Member
from wellheard.core.search import find

FILE = (
    "Name,Email,Phone,Company\n"
    "Jörg Müller,joerg@halle.example,,Gärtnerei Holzapfel\n"
    "Bo Li,bo.li@halle.example,0341 123456,\n"
    "Šárka O'Neil-Dvořáková,sarka@praha.example,,\n"
)


@pytest.fixture
def batch(ana: Member, now: datetime) -> ImportBatch:
    return run_import("contacts", "list.csv", FILE.encode(), ana, at=now, options=Options(accept_guesses=True))


def found(words: str, member: Member) -> list[str]:
    return sorted(str(hit.record) for hit in find(words, member))


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Müller", "Jörg Müller"),
        ("mueller", "Jörg Müller"),
        ("MULLER, Joerg", "Jörg Müller"),
        ("li", "Bo Li"),
        ("bo.li@halle.example", "Bo Li"),
        ("o'neil", "Šárka O'Neil-Dvořáková"),
        ("Dvorakova / Sarka", "Šárka O'Neil-Dvořáková"),
    ],
)
def test_names_are_found_however_they_are_typed(ana: Member, words: str, name: str) -> None:
    assert found(words, ana) == [name]


def test_taken_back_nobody_is_found(ana: Member, batch: ImportBatch, now: datetime) -> None:
    assert found("gaertnerei", ana) == ["Gärtnerei Holzapfel", "Jörg Müller"]

    undo_import(batch, ana, at=now + timedelta(minutes=1))

    assert found("gaertnerei", ana) == found("li", ana) == []
