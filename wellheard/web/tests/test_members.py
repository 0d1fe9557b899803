"""Accounts and places: only administrators, and never without one."""

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from wellheard.conftest import SETUP
from wellheard.core.actors import Held, Role
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import ApiToken, Holiday, Member, Organisation, OutboxMessage, Site, TrailEntry
from wellheard.core.setup import (
    add_member,
    change_roles,
    change_site,
    deactivate_member,
    make_token,
    reactivate_member,
    renew_access,
    revoke_token,
)
from wellheard.web.hours import closing_days_of, hours_in_words, hours_of

pytestmark = pytest.mark.pages
SignIn = Callable[[Member], Client]


def actions() -> list[str]:
    return list(TrailEntry.objects.order_by("seq").values_list("action", flat=True))


# ---- the verbs --------------------------------------------------------------------------------------------------------
def test_changed_roles_replace_the_old_ones_and_leave_a_trail(admin, ben, lyon: Site, now: datetime):
    change_roles(ben, [Role.FRONT_LINE, Role.ANALYST], admin, at=now, site=lyon, only_at_site=True)

    assert sorted(Member.objects.get(pk=ben.pk).held(), key=str) == [
        Held("analyst", lyon.pk),
        Held("front_line", lyon.pk),
    ]
    assert "core.change_roles" in actions()


def test_the_last_administrator_stays_one(admin, ana, now: datetime):
    with pytest.raises(Refusal, match="only administrator"):
        change_roles(admin, [Role.ANALYST], admin, at=now)
    with pytest.raises(Refusal, match="only administrator"):
        deactivate_member(admin, admin, at=now)

    assert Member.objects.get(pk=admin.pk).is_active
    change_roles(ana, [Role.ADMINISTRATOR], admin, at=now)
    assert not deactivate_member(admin, ana, at=now).is_active


def test_a_closed_account_signs_nobody_in_and_its_keys_open_nothing(admin, ana, signed_in: SignIn, now: datetime):
    client = signed_in(ana)
    token, _key = make_token(ana, "import", admin, at=now)
    deactivate_member(ana, admin, at=now)

    token.refresh_from_db()
    assert token.revoked_at == now
    assert client.get("/").status_code == 302
    assert reactivate_member(ana, admin, at=now).is_active


def test_a_renewed_access_ends_the_password_and_every_session(admin, ana, signed_in: SignIn, now: datetime):
    client = signed_in(ana)
    renew_access(ana, admin, at=now)

    assert not Member.objects.get(pk=ana.pk).has_usable_password()
    assert client.get("/").status_code == 302
    assert "core.renew_access" in actions()


def test_a_revoked_key_keeps_the_moment(admin, ana, now: datetime):
    token, key = make_token(ana, "import", admin, at=now)
    revoke_token(token, admin, at=now)

    assert (token.revoked_at, token.digest) == (now, hashlib.sha256(key.encode()).hexdigest())
    assert "core.revoke_token" in actions()


def test_loading_the_page_with_a_new_key_again_makes_no_second_one(admin, ana, signed_in: SignIn):
    client = signed_in(admin)

    first, again = (client.post(f"/members/{ana.pk}/keys/", {"name": "Nightly import"}) for _ in range(2))

    assert ("wh_" in first.content.decode(), "wh_" in again.content.decode()) == (True, False)
    assert "no second one was made" in again.content.decode()
    assert ApiToken.objects.count() == 1


def test_the_same_address_gets_no_second_account(ana, now: datetime):
    with pytest.raises(Refusal, match="already has an account"):
        add_member("Other Ana", "ANA@rosetau.example", SETUP, at=now)


@pytest.mark.parametrize(
    "verb",
    [
        lambda by, ana, site, at: change_roles(ana, [Role.ADMINISTRATOR], by, at=at),
        lambda by, ana, site, at: deactivate_member(ana, by, at=at),
        lambda by, ana, site, at: reactivate_member(ana, by, at=at),
        lambda by, ana, site, at: renew_access(ana, by, at=at),
        lambda by, ana, site, at: make_token(ana, "x", by, at=at),
        lambda by, ana, site, at: change_site(site, by, at=at, holidays={}, name="Mine"),
    ],
)
def test_a_stranger_and_a_quality_manager_may_do_none_of_it(
    ana, dan, leipzig, now: datetime, verb: Callable[[Member, Member, Site, datetime], Any]
):
    for by in (dan, ana):
        with pytest.raises(NotAllowed):
            verb(by, ana, leipzig, now)


# ---- the pages --------------------------------------------------------------------------------------------------------
def test_an_administrator_gives_an_account_with_a_mail_and_a_link_to_hand_over(
    admin, leipzig: Site, signed_in: SignIn, client: Client
):
    said = {"name": "Eva", "email": "eva@x.example", "roles": ["front_line"], "site": leipzig.pk, "only_at_site": "on"}
    page = signed_in(admin).post("/members/new/", said, follow=True)

    eva = Member.objects.get(email="eva@x.example")
    message = OutboxMessage.objects.get(to="eva@x.example")
    link = re.search(r"http://127\.0\.0\.1:8000(/first/\S+/)", message.text)
    assert link is not None
    assert list(eva.held()) == [Held("front_line", leipzig.pk)]
    assert "Next: hand over the sign-in link" in page.content.decode()
    assert client.get(link[1]).status_code == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "Eva", "email": "ana@rosetau.example"}, "already has an account"),
        ({"name": "Eva", "email": "e@x.example", "only_at_site": "on"}, "Choose the site at which the roles hold"),
        ({"name": "Eva", "email": "not an address"}, "valid email"),
        ({"name": "Eva", "email": "e@x.example", "roles": ["system"]}, "not one of the available choices"),
    ],
)
def test_a_fault_in_the_form_keeps_what_was_typed(admin, ana, signed_in: SignIn, said: dict[str, Any], words: str):
    page = signed_in(admin).post("/members/new/", said)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert 'value="Eva"' in page.content.decode()
    assert Member.objects.count() == 2


def test_a_key_is_shown_once_and_revoked_by_a_button(admin, ana, signed_in: SignIn):
    client = signed_in(admin)
    made = client.post(f"/members/{ana.pk}/keys/", {"name": "Nightly import"})
    key = re.search(r"wh_[\w-]+", made.content.decode())
    token = ApiToken.objects.get()
    again = client.get(f"/members/{ana.pk}/").content.decode()
    client.post(f"/members/{ana.pk}/keys/{token.pk}/revoke/")

    token.refresh_from_db()
    assert key is not None
    assert token.digest == hashlib.sha256(key[0].encode()).hexdigest()
    assert key[0] not in again
    assert token.revoked_at is not None


@pytest.mark.parametrize(
    ("wish", "expected"),
    [("close", (False, True)), ("open", (True, True)), ("link", (True, False)), ("", (True, True))],
)
def test_access_is_closed_opened_and_renewed(admin, ana, signed_in: SignIn, wish: str, expected: tuple[bool, bool]):
    answer = signed_in(admin).post(f"/members/{ana.pk}/access/", {"access": wish})

    ana.refresh_from_db()
    assert (ana.is_active, ana.has_usable_password()) == expected
    assert answer.status_code == (302 if wish else 409)


def test_the_list_of_members_tells_where_each_account_stands(admin, ana, ben, signed_in: SignIn, now: datetime):
    add_member("Eva", "eva@x.example", SETUP, at=now)
    deactivate_member(ben, admin, at=now)
    client = signed_in(admin)

    def shown(query: str) -> list[tuple[str, str]]:
        return [(cells[0].text, cells[4].text) for cells in client.get(f"/members/{query}").context["rows"]]

    assert shown("") == [
        ("Ada Lindt", "in use"),
        ("Ana Brandt", "in use"),
        ("Ben Okafor", "closed"),
        ("Eva", "waiting for them to sign in"),
    ]
    assert shown("?account=closed") == [("Ben Okafor", "closed")]
    assert shown("?account=waiting") == [("Eva", "waiting for them to sign in")]
    assert shown("?role=quality_manager") == [("Ana Brandt", "in use")]


@pytest.mark.parametrize("path", ["/members/", "/members/new/", "/sites/", "/sites/new/", "/organisation/"])
def test_for_everybody_else_these_pages_are_not_there(ana, dan, auditor, signed_in: SignIn, path: str):
    assert [signed_in(member).get(path).status_code for member in (ana, dan, auditor)] == [404] * 3


def test_one_member_and_three_ask_the_database_the_same_number_of_questions(
    admin,
    ben,
    signed_in: SignIn,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
    leipzig,
    now: datetime,
):
    client = signed_in(admin)
    client.get("/members/")
    with django_assert_max_num_queries(16) as one:
        client.get("/members/")
    for name in ("Eva", "Ida"):
        add_member(name, f"{name}@x.example", SETUP, at=now, roles=("analyst",), site=leipzig, only_at_site=True)

    with django_assert_num_queries(len(one)):
        client.get("/members/")


# ---- sites ------------------------------------------------------------------------------------------------------------
SITE = {
    "name": "Wien",
    "time_zone": "Europe/Vienna",
    **{f"day_{day}": "09:00-12:30, 13:30-17:00" for day in range(4)},
    "day_4": "9-12",
    "day_5": "closed",
    "day_6": "",
    "country": "AT",
    "region": "9",
    "closing_days": "2026-12-24 Christmas Eve\n\n2026-12-31",
}


def test_a_site_is_added_with_its_hours_and_holidays(admin, signed_in: SignIn):
    answer = signed_in(admin).post("/sites/new/", SITE)

    wien = Site.objects.get(name="Wien")
    assert answer.status_code == 302
    assert wien.week == {
        **{str(day): [["09:00", "12:30"], ["13:30", "17:00"]] for day in range(4)},
        "4": [["09:00", "12:00"]],
    }
    assert list(Holiday.objects.order_by("on").values_list("on", "name")) == [
        (date(2026, 12, 24), "Christmas Eve"),
        (date(2026, 12, 31), "closed"),
    ]


def test_a_changed_site_keeps_only_the_closing_days_that_are_listed(admin, leipzig: Site, signed_in: SignIn):
    client = signed_in(admin)
    client.post(f"/sites/{leipzig.pk}/", SITE | {"name": "Leipzig"})
    shown = client.get(f"/sites/{leipzig.pk}/").content.decode()
    client.post(f"/sites/{leipzig.pk}/", SITE | {"name": "Leipzig", "closing_days": "2026-12-31 Silvester"})

    leipzig.refresh_from_db()
    assert 'value="09:00-12:30, 13:30-17:00"' in shown
    assert "2026-12-24 Christmas Eve" in shown
    assert leipzig.time_zone == "Europe/Vienna"
    assert [(str(day.on), day.name) for day in leipzig.own_holidays.all()] == [("2026-12-31", "Silvester")]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"day_0": "nine to five"}, "can’t be read as hours"),
        ({"day_0": "17:00-09:00"}, "ends before it begins"),
        ({"region": "ZZ"}, "No holidays are known for “ZZ” there."),
        ({"closing_days": "Christmas"}, "does not begin with a day"),
        ({f"day_{day}": "closed" for day in range(7)}, "always closed could keep no promise"),
        ({"name": "Leipzig"}, "There is a site called Leipzig already."),
        ({"time_zone": "Mars/Olympus"}, "not one of the available choices"),
    ],
)
def test_a_site_that_makes_no_sense_is_not_saved(admin, leipzig, signed_in: SignIn, fault: dict[str, str], words: str):
    page = signed_in(admin).post("/sites/new/", SITE | fault)

    assert words in page.content.decode()
    assert list(Site.objects.values_list("name", flat=True)) == ["Leipzig"]


def test_the_organisation_gets_another_name_and_colour(admin, organisation, signed_in: SignIn):
    client = signed_in(admin)
    client.post("/organisation/", {"name": "Rosetau SE", "colour": "#C0392B", "mail_from": "hello@rosetau.example"})
    client.post("/organisation/", {"name": "Rosetau SE", "colour": "red;}", "mail_from": ""})

    now_called = Organisation.current()
    assert (now_called.name, now_called.colour) == ("Rosetau SE", "#c0392b")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-17:00", [["09:00", "17:00"]]),
        ("9 to 12, 13.30–17", [["09:00", "12:00"], ["13:30", "17:00"]]),
        ("closed", []),
        ("", []),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, spans: list[list[str]]):
    assert hours_of(text) == spans
    assert hours_of(hours_in_words(spans)) == spans


@pytest.mark.parametrize("text", ["25:00-26:00", "09:00", "9-12, 11-13", "12-9", "09:00-17:00;"])
def test_hours_that_cannot_be_are_refused_with_a_sentence(text: str):
    with pytest.raises(ValueError, match=r"\."):
        hours_of(text)


def test_closing_days_are_a_line_each():
    assert closing_days_of("2026-12-24  Eve \n\n2026-12-31") == {"2026-12-24": "Eve", "2026-12-31": "closed"}
