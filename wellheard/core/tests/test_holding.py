"""What may not be sent stays as a row with its reason; an address that does not exist is told of."""

from collections.abc import Callable
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

import pytest
from django.utils import timezone

from wellheard.conftest import Postbox
from wellheard.core import outbox
from wellheard.core.bounces import is_hard_bounce
from wellheard.core.models import Organisation, OutboxMessage
from wellheard.core.outbox import post, register_bounce_hook, register_gate, send_waiting


@pytest.fixture(autouse=True)
def own_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_gates", [])
    monkeypatch.setattr(outbox, "_bounce_hooks", [])


def letter(key: str = "news:1", **changes: Any) -> OutboxMessage:
    details: dict[str, Any] = {"to": "cleo@example.org", "subject": "News", "text": "It is done.", "purpose": "news"}
    return post(**{**details, "key": key, "at": timezone.now(), **changes})


def refused(code: int, words: bytes) -> Callable[..., Exception]:
    return SMTPRecipientsRefused({"cleo@example.org": (code, words)})  # type: ignore[return-value]


def test_what_a_gate_holds_back_is_a_row_with_the_reason_and_never_leaves(organisation: Organisation, postbox: Postbox):
    asked: list[tuple[object, ...]] = []

    def gate(to: str, purpose: str, about: object) -> str:
        asked.append((to, purpose, about))
        return "no news wanted"

    register_gate(gate)

    message = letter(about=organisation)

    assert (message.status, message.held_reason, message.next_try_at) == ("held", "no news wanted", None)
    assert asked == [("cleo@example.org", "news", ("core.organisation", organisation.pk))]
    assert (send_waiting(), postbox.mails) == (0, [])
    assert letter(about=organisation) == message


def test_a_gate_that_closes_while_the_mail_waits_holds_it_back(organisation: Organisation, postbox: Postbox):
    closed: list[str] = []
    register_gate(lambda to, purpose, about: "unsubscribed" if closed else "")
    message = letter()
    closed.append("since then")

    assert send_waiting() == 0

    message.refresh_from_db()
    assert (message.status, message.held_reason, postbox.mails) == ("held", "unsubscribed", [])


def test_the_headers_for_unsubscribing_go_along_and_no_others_can(organisation: Organisation, postbox: Postbox):
    letter(
        headers={"List-Unsubscribe": "<https://x.example/u/1/>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    )
    with pytest.raises(ValueError, match="Bcc"):
        letter("news:2", headers={"Bcc": "everyone@example.org"})

    send_waiting()

    (mail,) = postbox.mails
    assert mail["List-Unsubscribe"] == "<https://x.example/u/1/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("code", "words", "hard"),
    [
        (550, b"5.1.1 <cleo@example.org>: Recipient address rejected: User unknown", True),
        (550, b"5.1.10 Recipient not found", True),
        (550, b"No such user here", True),
        (553, b"Mailbox name invalid", True),
        (550, b"5.7.1 Relaying denied", False),
        (550, b"Relay access denied", False),
        (550, b"5.1.8 Sender address rejected", False),
        (552, b"5.2.2 Mailbox full", False),
        (554, b"Transaction failed", False),
        (450, b"4.1.1 try again", False),
        (550, b"\xff\xfe", True),
    ],
)
def test_only_an_address_that_does_not_exist_is_a_hard_bounce(code: int, words: bytes, hard: bool):
    assert is_hard_bounce(refused(code, words)) is hard  # type: ignore[arg-type]


def test_other_faults_are_no_bounce():
    assert not is_hard_bounce(SMTPDataError(550, b"5.1.1 no such user"))
    assert not is_hard_bounce(ConnectionRefusedError())
    assert not is_hard_bounce(SMTPRecipientsRefused({}))


def test_a_hard_bounce_is_told_of_and_not_tried_again(
    organisation: Organisation, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
):
    told: list[tuple[str, str]] = []

    def broken(to: str, words: str, at: datetime) -> None:
        raise ValueError("this hook is broken")

    register_bounce_hook(broken)
    register_bounce_hook(lambda to, words, at: told.append((to, words)))

    async def no_such_user(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return "550 5.1.1 No such user"

    monkeypatch.setattr(postbox, "handle_RCPT", no_such_user, raising=False)
    message = letter()

    assert send_waiting() == 0

    message.refresh_from_db()
    assert (message.status, message.tries, message.next_try_at) == ("failed", 1, None)
    assert [to for to, _ in told] == ["cleo@example.org"]
    assert "5.1.1 No such user" in told[0][1]
