"""How `wellheard up` greets whoever started it."""

from datetime import datetime

import pytest

from wellheard.config.commands.up import greet
from wellheard.conftest import SETUP
from wellheard.core.models import Member
from wellheard.core.setup import add_member, set_up_organisation
from wellheard.demo.cast import MEMBERS


@pytest.mark.django_db
def test_everyone_of_the_demo_is_introduced(now: datetime, capsys: pytest.CaptureFixture[str]):
    set_up_organisation("Rosetau", SETUP, at=now, is_demo=True)
    for key, name, _title, _site, roles, _only in MEMBERS:
        add_member(name, f"{key}@rosetau.example", SETUP, at=now, roles=roles)

    greet("http://127.0.0.1:8000")

    said = capsys.readouterr().out
    assert [each.email for each in Member.objects.order_by("pk") if each.email not in said] == []
