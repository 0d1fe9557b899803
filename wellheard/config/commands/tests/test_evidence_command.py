"""`wellheard evidence`: the same state gives the same pack; what is missing is one JSON object."""

from pathlib import Path

from wellheard.config.commands.tests.conftest import Program
from wellheard.evidence.pack.check_pack import check
from wellheard.evidence.standards import editions

PERIOD = ("--edition", "2015", "--from", "2025-11-17", "--to", "2026-11-16")


def test_two_packs_of_one_state_are_the_same_bytes_and_pass_their_checker(program: Program, tmp_path: Path):
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"

    code, said = program.json("evidence", "pack", *PERIOD, "--out", first)
    program("evidence", "pack", *PERIOD, "--out", second)

    assert (code, said["edition"], said["from"], said["to"]) == (0, "2015", "2025-11-17", "2026-11-16")
    assert first.read_bytes() == second.read_bytes()
    assert check(first) == (
        0,
        [
            f"Whole: {said['files'] - 1} files, each as the manifest says; {said['entries']} entries of the trail, unbroken.",
            f"SHA-256 of the manifest: {said['manifest_sha256']}",
        ],
    )


def test_gaps_are_listed_requirement_by_requirement(program: Program):
    code, said = program.json("evidence", "gaps", *PERIOD)

    assert (code, sorted(said)) == (0, ["edition", "from", "gaps", "requirements", "to"])
    assert [each["slug"] for each in said["requirements"]] == [each.slug for each in editions()["2015"].listed]
    assert said["gaps"] == sum(len(each["gaps"]) for each in said["requirements"]) > 0


def test_what_cannot_be_asked_for_is_refused_with_code_2(program: Program, tmp_path: Path):
    unknown = program("evidence", "gaps", "--edition", "1987")
    backwards = program("evidence", "pack", "--from", "2026-02-01", "--to", "2026-01-01", "--out", tmp_path / "p.zip")

    assert unknown == (2, "", "There is no edition 1987; there are 2015 and 2026. Nothing was written.\n")
    assert backwards == (2, "", "The period ends on 2026-01-01, before it begins on 2026-02-01. Nothing was written.\n")
    assert list(tmp_path.glob("p.zip*")) == []


def test_no_file_is_written_over_another_nor_into_no_folder(program: Program, tmp_path: Path):
    there, nowhere = tmp_path / "kept", tmp_path / "no" / "where"
    there.write_text("kept")
    commands = [("trail", "export"), ("evidence", "pack", *PERIOD, "--out")]

    over = [program(*command, there) for command in commands]
    lost = [program(*command, nowhere) for command in commands]

    assert over == [(2, "", f"{there} is there already. Nothing was written; choose another name.\n")] * 2
    assert lost == [(2, "", f"There is no folder {nowhere.parent}. Nothing was written.\n")] * 2
    assert there.read_text() == "kept"
