"""The program as an operator uses it: a process of its own, with a data folder of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

START = """
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.management import call_command
call_command("migrate", verbosity=0)
from wellheard.config.commands.up import set_up_if_new
set_up_if_new(demo=False)
from django.utils import timezone
from wellheard.config.commands.output import PROGRAM
from wellheard.core.files import keep
keep("letter.txt", b"as the customer sent it", PROGRAM, at=timezone.now())
"""


def environment(data: Path) -> dict[str, str]:
    """What the program is told: a SQLite database in this folder, and nothing from whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WELLHEARD_", "DATABASE_URL"))}
    return kept | {"WELLHEARD_DATA": str(data), "DJANGO_SETTINGS_MODULE": "wellheard.config.settings"}


class Program:
    """`Program(folder)("backup", file)` runs `wellheard backup FILE` there; gives code, output and faults."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "wellheard.config.program", *map(str, arguments)]
        ran = subprocess.run(command, env=environment(self.data), capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    def json(self, *arguments: object) -> tuple[int, Any]:
        """The same with `--json`; the one object that it prints."""
        code, output, faults = self(*arguments, "--json")
        assert output.count("\n") == 1, f"{output}{faults}"
        return code, json.loads(output)


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it, with one kept file. Made once; copy it, never change it."""
    folder = tmp_path_factory.mktemp("set-up")
    subprocess.run([sys.executable, "-c", START], env=environment(folder), check=True, capture_output=True)
    return folder


@pytest.fixture
def program(set_up: Path, tmp_path: Path) -> Program:
    """The program with a data folder in use."""
    shutil.copytree(set_up, tmp_path / "data")
    return Program(tmp_path / "data")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[[str], Program]:
    """`elsewhere("new")` is the program with an empty data folder."""
    return lambda name: Program(tmp_path / name)
