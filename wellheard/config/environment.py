"""What the operator tells us through the environment, read once and checked."""

import os
import secrets
from pathlib import Path


class BadSetting(SystemExit):
    """A setting that can't work: the program stops and says which and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} can't be used: {why}")


def flag(name: str, *, default: bool = False) -> bool:
    """A yes-or-no setting; anything but 1/true/yes/on and 0/false/no/off stops the start."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"“{text}” is neither yes nor no")


def number(name: str, *, default: int) -> int:
    """A whole number."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise BadSetting(name, f"“{text}” is not a whole number") from None


def data_folder() -> Path:
    """Where everything lives that is not in the database: WELLHEARD_DATA, by default ./var."""
    folder = Path(os.environ.get("WELLHEARD_DATA", "var")).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key(folder: Path) -> str:
    """WELLHEARD_SECRET_KEY, or a key made at the first start and kept in the data folder."""
    if key := os.environ.get("WELLHEARD_SECRET_KEY"):
        return key
    kept = folder / "secret-key"
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text().strip()
