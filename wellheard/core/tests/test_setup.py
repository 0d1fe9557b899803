"""The house is set up so that nobody is let in further than was meant, and no site loses its hours."""

from datetime import date, datetime

import pytest

from wellheard.conftest import Arranging
from wellheard.core.access import AT_SITE, EVERYWHERE, Permission, at_site, declare, own
from wellheard.core.actors import Role
from wellheard.core.checks import every_reach_leads_somewhere
from wellheard.core.clock import calendar_of
from wellheard.core.errors import Refusal
from wellheard.core.models import Holiday, Member, Organisation, RoleGrant, Site
from wellheard.core.setup import add_member, add_site, change_roles, change_site, deactivate_member


def test_roles_for_one_site_without_the_site_do_not_become_roles_for_every_site(
    ana: Member, admin: Member, now: datetime
):
    with pytest.raises(Refusal, match="none is chosen") as refused:
        add_member("Eve", "eve@rosetau.example", admin, at=now, roles=(Role.FRONT_LINE,), only_at_site=True)
    with pytest.raises(Refusal, match="none is chosen"):
        change_roles(ana, [Role.FRONT_LINE], admin, at=now, site=None, only_at_site=True)

    assert (refused.value.field, Member.objects.filter(name="Eve").exists()) == ("site", False)
    assert [(grant.role, grant.site) for grant in ana.grants.all()] == [(Role.QUALITY_MANAGER, None)]


@pytest.mark.parametrize("role", ["system", "public", "emperor"])
def test_nobody_is_given_a_role_that_is_no_members(ana: Member, admin: Member, now: datetime, role: str):
    with pytest.raises(Refusal, match=f"“{role}”"):
        change_roles(ana, [role], admin, at=now)
    with pytest.raises(Refusal, match=f"“{role}”"):
        add_member("Eve", "eve@rosetau.example", admin, at=now, roles=(role,))

    assert RoleGrant.objects.filter(role=role).count() == 0


def test_an_address_is_taken_whatever_its_case(ana: Member, admin: Member, now: datetime, arranging: Arranging):
    with arranging():
        ana.email = "Ana@Rosetau.example"
        ana.save()

    with pytest.raises(Refusal, match="already has an account"):
        add_member("Ana again", "ana@rosetau.example", admin, at=now)


def test_the_last_administrator_stays_one_everywhere(admin: Member, leipzig: Site, now: datetime):
    for leave in (
        lambda: change_roles(admin, [Role.AUDITOR], admin, at=now),
        lambda: change_roles(admin, [Role.ADMINISTRATOR], admin, at=now, site=leipzig, only_at_site=True),
        lambda: deactivate_member(admin, admin, at=now),
    ):
        with pytest.raises(Refusal, match="only administrator"):
            leave()  # type: ignore[no-untyped-call]

    second = add_member("Bo", "bo@rosetau.example", admin, at=now, roles=(Role.ADMINISTRATOR,))
    deactivate_member(second, admin, at=now)
    with pytest.raises(Refusal, match="only administrator"):
        deactivate_member(admin, admin, at=now)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"country": "XX"}, "country"),
        ({"country": "DE", "region": "XX"}, "region"),
        ({"region": "SN"}, "region"),
        ({"week": {"0": [["17:00", "09:00"]]}}, "week"),
        ({"week": {"0": [["9", "five"]]}}, "week"),
        ({"week": {"monday": [["09:00", "17:00"]]}}, "week"),
    ],
)
def test_a_site_has_hours_that_can_be_told(leipzig: Site, admin: Member, now: datetime, details, field: str):
    with pytest.raises(Refusal, match="Nothing was saved") as refused:
        add_site("Nowhere", admin, at=now, **details)
    assert (refused.value.field, Site.objects.filter(name="Nowhere").exists()) == (field, False)

    if field != "region" or "country" in details:
        with pytest.raises(Refusal, match="Nothing was saved"):
            change_site(leipzig, admin, at=now, holidays={}, **details)


def test_own_closing_days_are_these_and_no_others(leipzig: Site, admin: Member, now: datetime):
    change_site(leipzig, admin, at=now, holidays={"2026-12-24": "Christmas Eve", "2026-12-31": "Inventory"})
    change_site(leipzig, admin, at=now, holidays={"2026-12-24": "Christmas Eve", "2026-12-30": "Inventory"})

    assert list(Holiday.objects.order_by("on").values_list("on", "name")) == [
        (date(2026, 12, 24), "Christmas Eve"),
        (date(2026, 12, 30), "Inventory"),
    ]


def test_a_day_is_not_open_and_closed_at_once(leipzig: Site, admin: Member, now: datetime, arranging: Arranging):
    with arranging():
        Holiday(site=leipzig, on=date(2026, 11, 18), name="Repentance Day", works=True).save()

    with pytest.raises(Refusal, match="works although"):
        change_site(leipzig, admin, at=now, holidays={"2026-11-18": "Closed"})


# ---- the clock ----------------------------------------------------------------------------------------------------
def test_a_site_is_closed_on_its_regions_holidays_and_its_own_and_open_on_those_it_works(
    leipzig: Site, now: datetime, arranging: Arranging
):
    with arranging():
        Holiday(site=leipzig, on=date(2026, 11, 20), name="Company outing").save()
        Holiday(site=leipzig, on=date(2026, 12, 25), name="", works=True).save()
        Holiday(site=leipzig, on=date(2028, 1, 3), name="Another year").save()

    named = calendar_of(leipzig, 2026, 2026).holidays

    assert {day: named.get(day) for day in (date(2026, 11, 18), date(2026, 11, 20), date(2026, 12, 25))} == {
        date(2026, 11, 18): "Repentance and Prayer Day",
        date(2026, 11, 20): "Company outing",
        date(2026, 12, 25): None,
    }
    assert date(2028, 1, 3) not in named
    assert date(2026, 10, 3) in named


def test_of_a_region_that_is_not_known_any_more_the_countrys_holidays_stay(leipzig: Site, arranging: Arranging):
    with arranging():
        leipzig.region = "XX"
        leipzig.save()

    named = calendar_of(leipzig, 2026, 2026).holidays

    assert (date(2026, 10, 3) in named, date(2026, 11, 18) in named) == (True, False)


def test_a_site_without_a_country_has_its_own_days_only(lyon: Site, arranging: Arranging):
    with arranging():
        lyon.country = ""
        lyon.save()
        Holiday(site=lyon, on=date(2026, 12, 8), name="Fête des Lumières").save()

    assert calendar_of(lyon, 2026, 2026).holidays == {date(2026, 12, 8): "Fête des Lumières"}


# ---- permissions that lead nowhere --------------------------------------------------------------------------------
def test_every_reach_of_ours_leads_to_a_field():
    assert every_reach_leads_somewhere(None) == []


def test_a_reach_that_leads_nowhere_is_found_before_anything_starts(monkeypatch: pytest.MonkeyPatch):
    table: dict[str, Permission] = {}
    monkeypatch.setattr("wellheard.core.checks.TABLE", table)
    monkeypatch.setattr("wellheard.core.access.TABLE", table)
    declare("core.fine", Member, {Role.ANALYST: (AT_SITE, at_site("site__pk")), Role.AUDITOR: EVERYWHERE})
    declare("core.astray", Organisation, {Role.ANALYST: AT_SITE})
    declare("core.nobodys", None, {Role.ANALYST: own()})

    assert [error.msg.split(":")[0] for error in every_reach_leads_somewhere(None)] == [
        "core.astray",
        "core.fine",
        "core.nobodys",
    ]
