"""What `wellheard import` says to people."""

from pathlib import Path

from wellheard.config.commands.imports import in_plain_words
from wellheard.config.commands.tests.conftest import Program


def test_a_guess_is_said_as_people_say_it():
    assert in_plain_words(["NPS_RATING", "Qtr"]) == "NPS_RATING; Qtr"
    assert in_plain_words({"cells": 134, "first": [27, 37]}) == "cells 134, first 27; 37"
    assert (in_plain_words(False), in_plain_words("dmy")) == ("no", "dmy")


def test_help_tells_how_an_import_is_taken_back(program: Program):
    code, said, _ = program("import", "--help")

    assert code == 0
    assert "wellheard import undo BATCH" in said
    assert program("import", "undo", "--help")[1].startswith("usage: wellheard import undo [-h] [--json] BATCH")


def test_a_file_without_orders_is_refused_as_orders(program: Program, tmp_path: Path):
    file = tmp_path / "people.csv"
    file.write_text("First Name,Last Name,Email\nAnn,Bee,ann@example.com\n")

    code, said, faults = program("import", "transactions", file, "--dry-run")

    assert (code, said) == (2, "")
    assert faults.startswith("This is no table of orders: no column says the amount, or the price and the quantity")


def test_a_dry_run_does_not_say_that_anything_is_in(program: Program, tmp_path: Path):
    file = tmp_path / "answers.csv"
    file.write_text("date,score,branch\n2026-11-01,9,Lyon\n2026-11-02,3,Leipzig\n")

    code, said, _ = program("import", "responses", file, "--dry-run")

    assert code == 0
    assert "They are in" not in said
    assert "[" not in said
    assert said.endswith("Nothing was saved: this was a dry run.\n")


def test_a_dry_run_says_what_the_import_would_ask(program: Program, tmp_path: Path):
    file = tmp_path / "people.csv"
    file.write_text("First Name,Last Name\nJohn Doe,john@example.com\nJane Roe,jane@example.com\n")

    _, said, _ = program("import", "contacts", file, "--dry-run")
    answered = program("import", "contacts", file, "--dry-run", "--map", "columns_shifted=by_values")[1]

    assert "To be answered before it can be imported:" in said
    assert "--map columns_shifted=by_values or --map columns_shifted=as_named" in said
    assert "To be answered" not in answered


def test_a_group_that_nobody_is_in_is_refused_and_a_period_without_answers_is_said(program: Program, tmp_path: Path):
    file = tmp_path / "answers.csv"
    file.write_text("date,score,branch\n2026-11-01,9,Lyon\n2026-11-02,3,Leipzig\n")
    program("import", "responses", file, "--map", "segment=branch", "--yes")

    mistyped = program("score", "answers", "--segment", "Lion")
    outside = program("score", "answers", "--from", "2030-01-01")

    assert mistyped == (2, "", "answers has no answers of a group “Lion”. It has: Leipzig, Lyon.\n")
    assert outside == (0, "answers: no score among what was asked for.\n", "")
