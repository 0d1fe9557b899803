"""Starts the product as an operator would, with a mail server that remembers what arrives."""

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
from email.message import Message
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 150.0
MAIL_SECONDS = 20.0


def free_port() -> int:
    """A port that nobody listens on at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of an operator: nothing of the tests' own settings, and data in a folder of its own."""
    ours = ("WELLHEARD_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"WELLHEARD_DATA": str(data), "PYTHONUNBUFFERED": "1"} | more


def wellheard(*arguments: str, data: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run the program once, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "wellheard.config.program", *arguments],
        cwd=ROOT,
        env=clean_environment(data, **more),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


class Mailbox:
    """A mail server; `mails` are those that arrived, in order."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self._lock = Lock()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        with self._lock:
            self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def to(self, address: str, words: str = "") -> list[Message]:
        """What arrived for this address with these words in its text."""
        with self._lock:
            return [mail for mail in self.mails if mail["To"] == address and words in text_of(mail)]

    def wait_for(self, address: str, words: str = "", *, seconds: float = MAIL_SECONDS) -> Message:
        """The newest mail to this address with these words in its text, as soon as it arrives."""
        until = time.monotonic() + seconds
        while not (found := self.to(address, words)):
            if time.monotonic() > until:
                arrived = [(mail["To"], mail["Subject"]) for mail in self.mails]
                raise AssertionError(f"No mail to {address} with “{words}” arrived; there are {arrived}")
            time.sleep(0.1)
        return found[-1]


def text_of(mail: Message) -> str:
    """A mail's text."""
    data = mail.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode(mail.get_content_charset() or "utf-8").replace("\r\n", "\n")


def link_in(text: str, path: str) -> str:
    """The first address in a text whose path begins so."""
    found = re.search(rf"http://\S*?{re.escape(path)}\S*", text)
    assert found is not None, f"There is no address with {path} in: {text}"
    return found[0]


class Product:
    """`wellheard up`: web and worker, on a free port, with everything in one folder."""

    def __init__(self, data: Path, mail_port: int) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "WELLHEARD_URL": self.url,
            "WELLHEARD_SMTP_HOST": "127.0.0.1",
            "WELLHEARD_SMTP_PORT": str(mail_port),
            "WELLHEARD_SMTP_STARTTLS": "no",
            "WELLHEARD_THREADS": "8",
        }
        self.log = data.parent / "product.log"

    def __enter__(self) -> "Product":
        command = [sys.executable, "-m", "wellheard.config.program", "up", "--port", str(self.port)]
        environment = clean_environment(self.data, **self.settings)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                with urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310  our own address
                    assert answer.status == 200
                    return
            except (URLError, OSError):
                assert self._process.poll() is None, f"It ended by itself: {self.said()}"
                assert time.monotonic() < until, f"It did not answer in {START_SECONDS} seconds: {self.said()}"
                time.sleep(0.1)

    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text()

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Another command on the same data."""
        return wellheard(*arguments, data=self.data, **self.settings)

    def script(self, module: str, *arguments: str) -> str:
        """Run a module of ours on the same data; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=clean_environment(self.data, **self.settings),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{module} {arguments}: {done.stderr}"
        return done.stdout
