"""The pages of measures: for readers only, honest about what is known, and writable by those who count."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.setup import add_member, add_site
from wellheard.ground.effectiveness import Observation
from wellheard.ground.periods import months
from wellheard.measures import catalogue
from wellheard.measures.actions import count_volume
from wellheard.measures.catalogue import Indicator
from wellheard.measures.models import VolumeCount
from wellheard.measures.scopes import site_field

pytestmark = pytest.mark.pages


def ten_each_month(scope, first, last, period="month"):
    count = 4 if scope.get("site") else 10
    return [Observation(each.first, count=count, exposure=2000) for each in months(first, last)]


def records(scope, first, last):
    return f"/cases/?site={scope.get('site', '')}&from={first}&to={last}"


def registered(key: str) -> Indicator:
    return catalogue.register(
        Indicator(
            key=key,
            title="Complaints per 1,000 orders",
            kind="rate",
            direction="down",
            series=ten_each_month,
            events="complaints",
            base="orders",
            per=1000,
            measure="complaints",
            what="Everything that we were told is wrong.",
            scopes=lambda: (site_field(),),
            records_url=records,
        )
    )


@pytest.fixture
def indicator():
    yield registered("tests.rate")
    catalogue.unregister("tests.rate")


@pytest.fixture(autouse=True)
def on_16_november(monkeypatch, now):
    """Every page of this file is read on 16 November 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_the_list_says_value_base_and_whether_it_changed(ana, indicator, signed_in):
    page = signed_in(ana).get("/measures/")

    assert [
        (each.value, each.base, each.finding.sentence) for each in page.context["shown"] if each.indicator == indicator
    ] == [
        (
            "5 per 1,000 orders",
            "October 2026, 10 complaints from 2,000 orders",
            "No real change: 5 per 1,000 orders in the last three months, after 5 in the year before.",
        )
    ]
    assert "Everything that we were told is wrong." in page.content.decode()


def test_an_indicator_shows_24_months_each_opening_its_records(ana, indicator, leipzig, signed_in):
    page = signed_in(ana).get(f"/measures/tests.rate/?site={leipzig.pk}")

    rows = page.context["chart"].rows
    assert len(rows) == 24
    assert rows[-1] == {
        "period": {"value": "Oct 2026", "url": f"/cases/?site={leipzig.pk}&from=2026-10-01&to=2026-10-31"},
        "count": 4,
        "n": 2000,
        "score": 2.0,
        "low": pytest.approx(0.545, abs=0.001),
        "high": pytest.approx(5.121, abs=0.001),
    }
    assert page.context["records_url"] == f"/cases/?site={leipzig.pk}&from=2024-11-01&to=2026-10-31"
    assert page.context["scope_words"] == "Leipzig"


def test_an_unknown_indicator_is_not_found(ana, signed_in):
    assert signed_in(ana).get("/measures/tests.nowhere/").status_code == 404


@pytest.mark.parametrize("address", ["/measures/", "/measures/tests.rate/", "/measures/volumes/"])
def test_a_stranger_gets_404(dan, indicator, signed_in, address):
    assert signed_in(dan).get(address).status_code == 404


def test_volumes_are_entered_for_a_whole_year_at_once(ana, leipzig, lyon, now, signed_in):
    count_volume("orders", date(2026, 9, 1), 1900, ana, at=now, site=leipzig)
    typed = {
        f"2026-09_{leipzig.pk}": "1900",
        f"2026-10_{leipzig.pk}": "2,020",
        f"2026-10_{lyon.pk}": "810",
        "source": "ERP",
    }

    answer = signed_in(ana).post("/measures/volumes/?what=orders&year=2026", typed, follow=True)

    assert sorted(VolumeCount.objects.values_list("site__name", "month", "count", "source")) == [
        ("Leipzig", date(2026, 9, 1), 1900, ""),
        ("Leipzig", date(2026, 10, 1), 2020, "ERP"),
        ("Lyon", date(2026, 10, 1), 810, "ERP"),
    ]
    assert [str(message) for message in answer.context["messages"]] == ["2 numbers saved."]


def test_a_number_that_is_none_keeps_everything_that_was_typed(ana, leipzig, signed_in):
    typed = {f"2026-10_{leipzig.pk}": "many", f"2026-09_{leipzig.pk}": "1900"}

    page = signed_in(ana).post("/measures/volumes/?what=orders&year=2026", typed)

    text = page.content.decode()
    assert page.status_code == 422
    assert not VolumeCount.objects.exists()
    assert "This is not a whole number." in text
    assert 'value="many"' in text
    assert 'value="1900"' in text


def test_the_auditor_sees_volumes_and_changes_nothing(auditor, ana, leipzig, now, signed_in):
    count_volume("orders", date(2026, 9, 1), 1900, ana, at=now, site=leipzig)
    client = signed_in(auditor)

    page = client.get("/measures/volumes/")

    assert "1,900" in page.content.decode()
    assert client.post("/measures/volumes/", {f"2026-10_{leipzig.pk}": "5"}).status_code == 403
    assert VolumeCount.objects.count() == 1


def test_a_member_of_one_site_counts_there_alone(leipzig, lyon, now, signed_in):
    eva = add_member(
        "Eva Stahl", "eva@rosetau.example", SETUP, at=now, roles=(Role.ANALYST,), site=lyon, only_at_site=True
    )

    page = signed_in(eva).get("/measures/volumes/")

    assert page.context["sites"] == [lyon]


def test_the_volumes_page_asks_as_much_with_one_number_as_with_three(ana, leipzig, lyon, now, signed_in):
    client = signed_in(ana)
    client.get("/measures/volumes/")
    asked = []

    for month, site in ((8, leipzig), (9, leipzig), (9, lyon)):
        count_volume("orders", date(2026, month, 1), 5, ana, at=now, site=site)
        with CaptureQueriesContext(connection) as captured:
            client.get("/measures/volumes/")
        asked.append(len(captured))

    assert asked[0] == asked[-1]


@pytest.mark.parametrize(
    "query", ["year=" + "9" * 5000, "year=1999", "year=%00", "what=%00", "year=\u0662\u0660\u0662\u0666"]
)
def test_an_odd_address_shows_a_year_that_there_is(ana, leipzig, signed_in, query):
    page = signed_in(ana).get(f"/measures/volumes/?{query}")

    assert (page.status_code, page.context["year"], page.context["what"]) == (200, timezone.localdate().year, "orders")


def test_a_number_beyond_any_count_is_refused_at_its_field(ana, leipzig, signed_in):
    page = signed_in(ana).post("/measures/volumes/?year=2026", {f"2026-10_{leipzig.pk}": "9" * 30})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [f"2026-10_{leipzig.pk}"]
    assert not VolumeCount.objects.exists()


def test_a_month_that_has_not_ended_at_its_site_keeps_what_was_typed(ana, leipzig, lyon, signed_in, monkeypatch):
    """1 December has begun in Leipzig, where Ana sits, and not yet in Honolulu."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    far = add_site("Honolulu", SETUP, at=timezone.now(), time_zone="Pacific/Honolulu")
    typed = {f"2026-11_{leipzig.pk}": "1900", f"2026-11_{far.pk}": "12"}

    page = signed_in(ana).post("/measures/volumes/?year=2026", typed)

    assert (page.status_code, VolumeCount.objects.count()) == (422, 0)
    assert "November 2026 has not ended yet" in page.content.decode()
    assert 'value="1900"' in page.content.decode()
