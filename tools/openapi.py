"""Writes docs/openapi.json from the code, or (--check) says whether it is up to date: a changed API shows in the diff."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellheard.config.settings_test")
SNAPSHOT = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def main() -> int:
    """Exit code 1 when the snapshot is not the API."""
    import django

    django.setup()
    from wellheard.api.api import api

    text = json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, sort_keys=True) + "\n"
    if "--check" not in sys.argv:
        SNAPSHOT.write_text(text, encoding="utf-8")
        return 0
    if SNAPSHOT.exists() and SNAPSHOT.read_text(encoding="utf-8") == text:
        return 0
    print("docs/openapi.json is not what the code says. Run: make fix")
    return 1


if __name__ == "__main__":
    sys.exit(main())
