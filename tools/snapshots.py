"""Snapshots of what must not change unseen: the API (docs/openapi.json) and who may do what (core/tests/access_matrix.txt).

Writes them from the code, or (--check) says whether they are up to date, so that every change shows in a diff.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellheard.config.settings_test")
TOP = Path(__file__).resolve().parents[1]


def openapi() -> str:
    from wellheard.api.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, sort_keys=True) + "\n"


def access_matrix() -> str:
    from wellheard.core.access import matrix

    return "\n".join(matrix()) + "\n"


SNAPSHOTS: dict[str, Callable[[], str]] = {
    "docs/openapi.json": openapi,
    "wellheard/core/tests/access_matrix.txt": access_matrix,
}


def main() -> int:
    """Exit code 1 when a snapshot is not what the code says."""
    import django

    django.setup()
    stale = 0
    for name, make in SNAPSHOTS.items():
        file, text = TOP / name, make()
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv:
            print(f"{name} is not what the code says. Run: make fix, and look at the difference.")
            stale = 1
        else:
            file.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
