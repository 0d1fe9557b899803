"""What the operator tells us through the environment, read once and checked."""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit


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
    if not kept.exists():
        # Written beside its place and linked there whole: of several that start at once the first one's key is everyone's,
        # and none reads a part of it.
        part = folder / f".secret-key-{secrets.token_hex(8)}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, kept)
        part.unlink()
    key = kept.read_text().strip()
    if not key:
        raise BadSetting("WELLHEARD_SECRET_KEY", f"{kept} is empty. Remove it, and the next start makes a new key")
    return key


def public_url() -> str:
    """WELLHEARD_URL: where people reach us, scheme and host; what mails link to."""
    text = os.environ.get("WELLHEARD_URL", "http://127.0.0.1:8000").strip().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise BadSetting("WELLHEARD_URL", f"“{text}” is not an address such as https://feedback.example.org")
    return text


def hosts(url: str) -> list[str]:
    """WELLHEARD_HOSTS: the names under which we may be asked; this machine's own unless told otherwise, and the address's."""
    said = os.environ.get("WELLHEARD_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
    name = urlsplit(url).hostname or ""
    own = f"[{name}]" if ":" in name else name
    return list(dict.fromkeys([*filter(None, map(str.strip, said)), own]))
