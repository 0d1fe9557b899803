"""A long trail is checked by a worker, while whoever asked goes on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from wellheard.core.models import Member
from wellheard.evidence.models import TrailCheck
from wellheard.evidence.views import trail

pytestmark = pytest.mark.pages


@pytest.mark.parametrize(("backend", "checks"), [("dummy.DummyBackend", 0), ("immediate.ImmediateBackend", 1)])
def test_a_long_trail_is_checked_later(
    ana: Member,
    signed_in: Callable[[Member], Client],
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    backend: str,
    checks: int,
):
    settings.TASKS = {"default": {"BACKEND": f"django_tasks.backends.{backend}"}}
    monkeypatch.setattr(trail, "CHECKED_AT_ONCE", 0)

    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(ana).post("/evidence/trail/check/", follow=True)

    assert "being checked while you go on" in answer.content.decode()
    assert [check.is_whole for check in TrailCheck.objects.all()] == [True] * checks
