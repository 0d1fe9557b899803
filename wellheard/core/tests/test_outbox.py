"""Mail leaves once, recognisably, and is never lost when the server is not there."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from wellheard.conftest import Postbox
from wellheard.core.errors import Refusal
from wellheard.core.jobs import SCHEDULE, Scheduled, claim, run_due, slot_of
from wellheard.core.models import JobRun, Organisation, OutboxMessage
from wellheard.core.outbox import STUCK_AFTER, TRIES, post, send_waiting


def letter(key: str = "ack:1", **changes: Any) -> OutboxMessage:
    details: dict[str, Any] = {
        "to": "cleo@example.org",
        "subject": "Your complaint",
        "text": "We have it.",
        "purpose": "acknowledgement",
    }
    return post(**{**details, "key": key, "at": timezone.now(), **changes})


def test_a_mail_is_sent_over_smtp_with_the_id_it_was_written_with(organisation: Organisation, postbox: Postbox):
    message = letter()

    assert send_waiting() == 1

    message.refresh_from_db()
    (mail,) = postbox.mails
    assert (mail["Message-ID"], mail["To"], mail["From"]) == (
        message.message_id,
        "cleo@example.org",
        "hello@rosetau.example",
    )
    assert (message.status, message.sent_at is not None) == ("sent", True)


def test_the_same_news_is_written_once(organisation: Organisation, postbox: Postbox):
    assert letter() == letter(text="Something else")

    assert (send_waiting(), send_waiting(), len(postbox.mails)) == (1, 0, 1)


def test_a_server_that_is_busy_gets_it_later_with_the_same_id(organisation: Organisation, postbox: Postbox):
    message = letter()
    postbox.refuse = True
    assert send_waiting() == 0
    message.refresh_from_db()
    assert (message.status, message.tries, "451" in message.last_fault) == ("waiting", 1, True)
    assert send_waiting() == 0  # not yet due

    postbox.refuse = False
    assert send_waiting(now=timezone.now() + timedelta(minutes=2)) == 1

    assert [mail["Message-ID"] for mail in postbox.mails] == [message.message_id]


def test_after_the_last_try_it_is_marked_and_kept(organisation: Organisation, postbox: Postbox):
    message = letter()
    postbox.refuse = True
    moment = timezone.now()
    for _ in range(7):
        moment += timedelta(days=1)
        send_waiting(now=moment)

    message.refresh_from_db()
    assert (message.status, message.tries, message.text) == ("failed", 6, "We have it.")


def test_a_worker_that_died_while_sending_does_not_keep_the_mail(organisation: Organisation, postbox: Postbox):
    message = letter()
    OutboxMessage.objects.filter(pk=message.pk).update(
        status="sending", next_try_at=timezone.now() - timedelta(seconds=1)
    )

    assert send_waiting() == 1


def test_a_customers_words_in_the_subject_add_no_header(organisation: Organisation, postbox: Postbox):
    letter(subject="About: hello\r\nBcc: everyone@example.org")

    send_waiting()

    (mail,) = postbox.mails
    assert (mail["Subject"], mail["Bcc"]) == ("About: hello Bcc: everyone@example.org", None)


def test_without_a_mail_server_mails_wait(organisation: Organisation, settings: LazySettings):
    settings.EMAIL_HOST = ""
    message = letter()

    assert send_waiting() == 0

    message.refresh_from_db()
    assert message.status == "waiting"


def test_a_server_that_is_not_there_is_asked_once_a_round_and_no_mail_is_given_up(organisation, settings: LazySettings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    first, second = letter(), letter("ack:2")
    moment = timezone.now()
    for _ in range(2 * len(TRIES) + 2):
        moment += timedelta(days=1)
        assert send_waiting(now=moment) == 0

    first.refresh_from_db()
    second.refresh_from_db()
    assert {first.status, second.status} == {"waiting"}
    assert (first.tries, second.tries) == (2 * len(TRIES) + 2, 0)


def test_a_mail_that_the_server_refuses_holds_up_no_other(organisation: Organisation, postbox: Postbox):
    wrong = letter("ack:2", language="e\nn")
    right = letter("ack:3")

    assert send_waiting() == 1

    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.status, right.status) == ("waiting", "sent")


def test_a_mail_claimed_late_in_a_round_is_not_taken_for_stuck(
    organisation: Organisation, postbox: Postbox, monkeypatch
):
    """Mails before it took their time, and another worker looks for what was left lying."""
    clock = iter([0.0, 0.0, 900.0])
    monkeypatch.setattr("wellheard.core.outbox.monotonic", lambda: next(clock))
    letter()
    late = letter("ack:2")
    begun = timezone.now()
    claimed: list[datetime | None] = []
    monkeypatch.setattr("wellheard.core.outbox._send", lambda message: claimed.append(message.next_try_at))

    send_waiting(now=begun, most=2)

    late.refresh_from_db()
    assert claimed[1] == begun + timedelta(seconds=900) + STUCK_AFTER


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"to": f"{'x' * 250}@example.org"}, "to"), ({"key": "k" * 121}, "key"), ({"text": "a\x00b"}, "text")],
)
def test_a_mail_that_could_not_be_kept_is_refused_with_a_sentence(organisation: Organisation, changes, field: str):
    with pytest.raises(Refusal) as refused:
        letter(**changes)

    assert (refused.value.field, OutboxMessage.objects.count()) == (field, 0)


def test_what_a_worker_began_and_died_over_is_begun_again(db: None, now: datetime):
    job = Scheduled("tests.daily", lambda: None, 24 * 3600)
    assert claim(job, now)

    assert [claim(job, now + timedelta(minutes=minutes)) for minutes in (1, 29, 31, 32)] == [False, False, True, False]

    JobRun.objects.update(ended_at=now + timedelta(minutes=40))
    assert not claim(job, now + timedelta(hours=5))


def test_a_slot_is_claimed_by_one_worker(db: None, now: datetime):
    job = Scheduled("tests.job", lambda: None, 60)

    assert [claim(job, now), claim(job, now), claim(job, now + timedelta(seconds=60))] == [True, False, True]


def test_a_job_that_fails_is_logged_and_kept_and_runs_again_in_the_next_slot(db: None, now: datetime):
    def fail() -> None:
        raise ValueError("no server")

    job = Scheduled("tests.failing", fail, 60)

    assert (run_due(job, now), run_due(job, now), run_due(job, now + timedelta(seconds=60))) == (True, False, True)
    assert JobRun.objects.get(name="tests.failing").fault == "ValueError: no server"


def test_slots_are_aligned(now: datetime):
    assert slot_of(now.replace(second=59), 60) == now


def test_the_schedule_holds_cores_own_jobs():
    assert {"core.jobs.send_mail", "core.jobs.seal_rows", "core.jobs.daily_checkpoint"} <= set(SCHEDULE)
