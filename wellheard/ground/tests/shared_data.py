"""Real files that no one here wrote, in a folder beside the checkout; tests that want them pass over a missing one."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "data"


def shared_file(path: str) -> Path:
    """The file of that path; skips the test when it is not there."""
    file = FOLDER / path
    if not file.is_file():
        pytest.skip(f"the shared file {path} is not beside this checkout")
    return file
