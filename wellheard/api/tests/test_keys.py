"""A key acts as its member: no longer, and no further."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wellheard.api.urls import urlpatterns
from wellheard.cases.models import Case
from wellheard.conftest import SETUP, Arranging
from wellheard.core.models import ApiToken, Member, Organisation, Site
from wellheard.core.setup import change_roles, deactivate_member, make_token, reactivate_member, revoke_token

pytestmark = pytest.mark.pages
KeyOf = Callable[[Member], str]


@pytest.fixture
def key_of(organisation: Organisation, now: datetime) -> KeyOf:
    """`key_of(ben)`: a new key that acts as Ben."""
    return lambda member: make_token(member, "Nightly import", SETUP, at=now)[1]


def call(key: str, address: str = "/cases", given: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    if given is None:
        return Client().get(f"/api/v1{address}", headers=headers)
    return Client().post(f"/api/v1{address}", json.dumps(given), content_type="application/json", headers=headers)


def test_a_key_reads_and_writes_as_its_member(ben: Member, leipzig: Site, key_of: KeyOf):
    key = key_of(ben)

    made = call(key, given={"key": "shop-4711", "words": "It drips.", "site": leipzig.pk})

    assert (made.status_code, Case.objects.get().owner) == (201, ben)
    assert [each["reference"] for each in call(key).json()["cases"]] == [made.json()["reference"]]
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


@pytest.mark.parametrize("key", ["wh_nothing", "", "wh_\u00fc", "x" * 5000])
def test_what_is_no_key_opens_nothing(ben: Member, key_of: KeyOf, key: str):
    key_of(ben)

    assert call(key).status_code == 401


def test_a_key_ends_with_its_account_and_stays_ended(ben: Member, key_of: KeyOf, now: datetime):
    key = key_of(ben)
    deactivate_member(ben, SETUP, at=now)
    closed = call(key).status_code
    reactivate_member(ben, SETUP, at=now)

    assert (closed, call(key).status_code) == (401, 401)


def test_a_revoked_key_opens_nothing(ben: Member, admin: Member, key_of: KeyOf, now: datetime):
    key = key_of(ben)
    revoke_token(ApiToken.objects.get(), admin, at=now)

    assert call(key).status_code == 401


def test_a_key_holds_the_roles_of_today(ana: Member, admin: Member, key_of: KeyOf, now: datetime):
    key = key_of(ana)
    change_roles(ana, [], admin, at=now)

    assert call(key).json() == {"cases": [], "next": None}


def test_the_key_of_an_auditor_reads_and_writes_nowhere(auditor: Member, key_of: KeyOf):
    key = key_of(auditor)
    headers = {"Authorization": f"Bearer {key}"}
    # What the API says about itself is the same in every house, and takes nothing.
    about = {"openapi-json", "openapi-view"}
    routes = {str(each.pattern) for each in urlpatterns if getattr(each, "name", "") not in about}
    addresses = {f"/api/v1/{re.sub('<.*?>', '1', route)}" for route in routes}

    answers = {
        (verb, path): Client().generic(verb, path, "{}", content_type="application/json", headers=headers).status_code
        for path in addresses
        for verb in ("POST", "PUT", "PATCH", "DELETE")
    }

    assert {each: status for each, status in answers.items() if status not in {403, 404, 405}} == {}
    assert 403 in answers.values()
    assert call(key).status_code == 200


def test_the_key_of_an_auditor_ends_on_the_day_of_their_account(auditor: Member, key_of: KeyOf, arranging: Arranging):
    key = key_of(auditor)
    statuses = []
    for days in (0, -1):
        with arranging():
            auditor.read_only_until = timezone.localdate() + timedelta(days=days)
            auditor.save()
        statuses.append(call(key).status_code)

    assert statuses == [200, 401]


@pytest.mark.parametrize(
    "address", ["/cases?before=9{0}", "/cases?site=9{0}", "/improvement/actions?offset=9{0}", "/cases/9{0}"]
)
def test_numbers_beyond_any_database_are_no_mistake_of_ours(ben: Member, key_of: KeyOf, address: str):
    assert call(key_of(ben), address.format("9" * 30)).status_code in {200, 404, 422}
