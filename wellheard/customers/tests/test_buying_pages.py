"""The pages of buying: what they say, who may see them, and how many questions they ask the database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wellheard.core.models import Member, Organisation, Site, Task
from wellheard.core.templatetags.words import percent, score
from wellheard.customers.actions import add_account
from wellheard.customers.actions.buying import add_orders, cut_rfm, look_at_buying
from wellheard.customers.buying import scoring
from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.models import Account, Buyer, Order, RfmCut, RfmScore, Segment, WarningDismissal

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

SignedIn = Callable[[Member], Client]
Buy = Callable[..., Account]


@pytest.fixture
def today(organisation: Organisation) -> datetime:
    """Pages count from the real day, so orders are laid around it."""
    return timezone.now()


@pytest.fixture
def buy(ana: Member, leipzig: Site, today: datetime) -> Buy:
    """An account that ordered so many days ago."""

    def run(name: str, *days_ago: int, amount: int = 100, site: Site | None = None) -> Account:
        account = add_account(name, ana, at=today, site=site or leipzig, owner=ana)
        day = timezone.localdate(today)
        orders = [
            NewOrder(f"{name}-{ago}", "", day - timedelta(days=ago), Decimal(amount), "EUR", what="Soap")
            for ago in days_ago
        ]
        add_orders("shop", orders, ana, at=today)
        Order.objects.filter(external_id__in=[each.external_id for each in orders]).update(
            account=account, site=account.site
        )
        return account

    return run


@pytest.fixture
def holzapfel(buy: Buy) -> Account:
    return buy("Gärtnerei Holzapfel", 400, 380, 360, 340, 320, 130)


@pytest.fixture
def customers(holzapfel: Account, buy: Buy, ana: Member, today: datetime) -> Account:
    """Somebody of every sort, worked out and cut."""
    for number in range(12):
        buy(f"Kunde {number:02}", *range(3 * number + 1, 400, 20 + 5 * number), amount=10 + number)
    buy("Stadt Halle", 800, 790, 700)
    add_orders("shop", [NewOrder("u1", "4711", timezone.localdate(today), Decimal(5), "EUR")], ana, at=today)
    look_at_buying(ana, at=today)
    cut_rfm(ana, at=today - timedelta(days=40), currency="EUR", on=timezone.localdate(today) - timedelta(days=41))
    cut_rfm(ana, at=today, currency="EUR")
    return holzapfel


PAGES = (
    "/customers/buying/",
    "/customers/buying/customers/",
    "/customers/buying/customers/?signal=stake&currency=EUR&since=year",
    "/customers/buying/rfm/",
    "/customers/buying/again/",
    "/customers/buying/again/?unit=quarter",
    "/customers/buying/worth/",
    "/customers/buying/warnings/",
    "/customers/buying/lost/",
    "/customers/buying/unknown/",
    "/customers/orders/",
)


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", PAGES)
def test_pages_open_and_ask_as_much_for_few_as_for_many(
    address: str, customers: Account, buy: Buy, ana: Member, today: datetime, signed_in: SignedIn
):
    client = signed_in(ana)
    few = queries(client, address)
    for number in range(3):
        buy(f"Neu {number}", 900, 890, 800)
        buy(f"Alt {number}", 100, 90, 80, 70)
        add_orders(
            "shop", [NewOrder(f"w{number}", f"k{number}", timezone.localdate(today), Decimal(5), "EUR")], ana, at=today
        )
    look_at_buying(ana, at=today)

    assert queries(client, address) == few


@pytest.mark.parametrize("address", PAGES)
def test_without_orders_pages_teach(address: str, ana: Member, organisation: Organisation, signed_in: SignedIn):
    response = signed_in(ana).get(address)

    assert response.status_code == 200
    assert "teach" in response.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_finds_nothing(address: str, dan: Member, customers: Account, signed_in: SignedIn):
    assert signed_in(dan).get(address).status_code == 404


def test_the_overview_says_how_much_and_opens_who(customers: Account, ana: Member, signed_in: SignedIn):
    page = signed_in(ana).get("/customers/buying/").content.decode()

    assert "14 customers bought for" in page
    assert "1 customer is not known here yet." in page
    assert "/customers/buying/customers/?currency=EUR&amp;signal=active" in page


def test_every_number_of_the_table_opens_as_many_customers(customers: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    for start in ("/customers/buying/rfm/", "/customers/buying/again/?unit=quarter"):
        response = client.get(start)
        if "grid" in response.context:
            cells = [
                (each["url"], each["buyers"])
                for row in response.context["grid"]
                for each in row["cells"]
                if each["url"]
            ]
            cells += [(each["url"], each["buyers"]) for each in response.context["groups"]]
            cells += [(each["url"], each["buyers"]) for each in response.context["moves"]]
        else:
            cells = [(row["url"], row["size"]) for row in response.context["table"]]
            cells += [
                (each["url"], each["x"])
                for row in response.context["table"]
                for each in row["cells"]
                if each.get("url")
            ]
        assert cells
        for url, number in cells:
            assert client.get(url).context["shown"].paginator.count == number, url


def test_a_list_of_moves_says_why_by_the_limits_of_the_cut_before(customers: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    before, newest = RfmCut.objects.order_by("at")

    moves = client.get("/customers/buying/rfm/").context["moves"]

    assert moves
    for move in moves:
        response = client.get(move["url"])
        for buyer in response.context["shown"]:
            was, now = (RfmScore.objects.get(cut=each, buyer=buyer.key) for each in (before, newest))
            assert scoring.why_moved(was, now, before) in response.content.decode(), move


def test_a_warning_says_why_and_becomes_a_task(customers: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    buyer = Buyer.objects.get(account=customers)
    address = f"/customers/buying/warnings/{buyer.pk}/"

    listed = client.get("/customers/buying/warnings/").content.decode()
    page = client.get(address).content.decode()
    done = client.post(address, {"do": "task", "task-title": "Call them", "task-due_on": "2030-01-05"})

    assert "Usually orders every" in listed
    assert "Usually orders every" in page
    assert done.status_code == 302
    task = Task.objects.get(title="Call them")
    assert (task.about_id, task.owner) == (customers.pk, ana)
    assert client.get(task.url).status_code == 302


def test_a_false_alarm_leaves_the_list(customers: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    buyer = Buyer.objects.get(account=customers)
    address = f"/customers/buying/warnings/{buyer.pk}/"

    refused = client.post(address, {"do": "dismiss", "dismiss-reason": "", "dismiss-days": "90"})
    client.post(address, {"do": "dismiss", "dismiss-reason": "They pause.", "dismiss-days": "90"})

    assert refused.status_code == 422
    assert WarningDismissal.objects.get().reason == "They pause."
    client.get("/customers/")  # shows what was done, once
    assert customers.name not in client.get("/customers/buying/warnings/").content.decode()
    assert customers.name in client.get("/customers/buying/warnings/?state=quiet").content.decode()


def test_a_person_decides_about_the_standing(customers: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    lost = Account.objects.get(name="Stadt Halle")
    address = f"/customers/buying/lost/{Buyer.objects.get(account=lost).pk}/"

    page = client.get(address)
    client.post(address, {"reason": "Moved to another supplier."})

    lost.refresh_from_db()
    assert "Before Stadt Halle left" in page.content.decode()
    assert (lost.lifecycle, lost.lifecycle_reason) == ("lost", "Moved to another supplier.")


def test_a_group_becomes_a_segment(customers: Account, ana: Member, signed_in: SignedIn):
    response = signed_in(ana).post("/customers/buying/rfm/segment/best/")

    segment = Segment.objects.get()
    best = Buyer.objects.filter(account__isnull=False)
    assert response.status_code == 302
    assert (segment.basis, segment.name) == ("buying", "The best (buying)")
    assert 0 < segment.memberships.filter(until=None).count() < best.count()
    assert signed_in(ana).post("/customers/buying/rfm/segment/nonsense/").status_code == 404


def test_an_unknown_customer_is_found_by_name(customers: Account, ana: Member, signed_in: SignedIn):
    client = signed_in(ana)
    buyer = Buyer.objects.get(account=None, person=None)
    address = f"/customers/buying/unknown/{buyer.pk}/"

    page = client.get(f"{address}?q=holz").content.decode()
    nobody = client.post(address, {"who": "account:999999999"})
    client.post(address, {"who": f"account:{customers.pk}"})

    assert f"account:{customers.pk}" in page
    assert nobody.status_code == 422
    assert Order.objects.get(external_id="u1").account == customers
    assert client.get("/customers/buying/unknown/").content.decode().count("4711") == 0


def test_other_sites_customers_are_not_there(
    customers: Account, buy: Buy, lyon: Site, ben: Member, ana: Member, today: datetime, signed_in: SignedIn
):
    there = buy("Jardins du Rhône", 100, 90, 80, 70, site=lyon)
    look_at_buying(ana, at=today)
    client = signed_in(ben)
    buyer = Buyer.objects.get(account=there)

    assert "Jardins" not in client.get("/customers/buying/customers/").content.decode()
    for address in (
        f"/customers/buying/warnings/{buyer.pk}/",
        f"/customers/buying/lost/{buyer.pk}/",
        f"/customers/buying/unknown/{buyer.pk}/",
        f"/customers/buying/warnings/of/{buyer.key}/",
        f"/customers/orders/account/{there.pk}/",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize(
    "address",
    [
        "/customers/buying/?currency=<script>",
        "/customers/buying/?currency=none",
        "/customers/buying/again/?unit=century&currency=XXX",
        "/customers/buying/customers/?q=%00%C3%A4&signal=x&page=9999",
        "/customers/orders/?q=" + "x" * 500,
    ],
)
def test_odd_addresses_do_no_harm(address: str, customers: Account, ana: Member, signed_in: SignedIn):
    assert signed_in(ana).get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/customers/buying/again/month/EUR/2026-13/1/",
        "/customers/buying/again/month/EUR/nonsense/1/",
        "/customers/buying/again/month/EUR/9999-12/0/",
        "/customers/buying/again/quarter/EUR/9990-01/1200/",
        "/customers/buying/again/year/EUR/2026-01/1/",
        "/customers/buying/again/month/EUR/2026-01/99999999999/",
        "/customers/buying/rfm/999999/1-1/",
        "/customers/buying/rfm/999999/best/",
        "/customers/orders/account/999999/",
    ],
)
def test_what_is_not_there_is_not_found(address: str, customers: Account, ana: Member, signed_in: SignedIn):
    assert signed_in(ana).get(address).status_code == 404


def test_the_customers_page_says_what_they_buy(customers: Account, ana: Member, signed_in: SignedIn):
    page = signed_in(ana).get(f"/customers/{customers.pk}/").content.decode()

    assert "What they buy" in page
    assert "They may be about to leave." in page
    assert "usually they order every 54 days" in page
    assert "4 orders for 400 EUR in the last 12 months, 2 for 200 EUR in the 12 before: 100 % more." in page
    assert "Ordered for 100 EUR" in page


def test_the_picture_knows_nothing_of_orders_to_come(buy: Buy, ana: Member, today: datetime, signed_in: SignedIn):
    ahead = buy("Ahead", 10, 100, -70)
    look_at_buying(ana, at=today)

    page = signed_in(ana).get(f"/customers/{ahead.pk}/").content.decode()

    assert "They bought in 2 of the last 24 months." in page


def test_the_customers_page_asks_as_much_for_few_orders_as_for_many(
    buy: Buy, ana: Member, today: datetime, signed_in: SignedIn
):
    one, many = buy("One", 10, 50), buy("Many", *range(1, 900, 2))
    look_at_buying(ana, at=today)
    client = signed_in(ana)

    assert queries(client, f"/customers/{one.pk}/") == queries(client, f"/customers/{many.pk}/")


def test_the_limits_are_set_on_the_page(holzapfel: Account, ana: Member, today: datetime, signed_in: SignedIn):
    look_at_buying(ana, at=today)
    client = signed_in(ana)

    ahead = client.post("/customers/buying/rfm/cut/", {"currency": "EUR", "on": "2099-01-01"})
    made = client.post("/customers/buying/rfm/cut/", {"currency": "EUR", "on": ""})

    assert ahead.status_code == 422
    assert made.status_code == 302
    assert "too few different days" in client.get("/customers/buying/rfm/").content.decode()


def test_who_may_not_set_the_limits_is_turned_away(customers: Account, ben: Member, signed_in: SignedIn):
    response = signed_in(ben).post("/customers/buying/rfm/cut/", {"currency": "EUR", "on": ""})

    assert response.status_code == 403


def test_readers_are_offered_nothing_to_do(customers: Account, auditor: Member, signed_in: SignedIn):
    client = signed_in(auditor)
    buyer = Buyer.objects.get(account=customers)

    for address in ("/customers/buying/", "/customers/buying/rfm/", f"/customers/buying/warnings/{buyer.pk}/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "buying/look" not in page.content.decode()
        assert "buying-cut" not in page.content.decode()
    assert client.post("/customers/buying/look/").status_code == 403


def test_old_orders_alone_make_no_empty_picture_and_lead_to_no_empty_list(
    buy: Buy, ana: Member, today: datetime, signed_in: SignedIn
):
    buy("Stadt Halle", 900, 890, 880)
    look_at_buying(ana, at=today)
    client = signed_in(ana)

    response = client.get("/customers/buying/")
    page = response.content.decode()
    assert "Nothing was ordered in this month or the 23 before it." in page
    assert "Ordered in each month" not in page
    assert "See who may be about to leave" not in page
    assert "Stadt Halle" in client.get(response.context["first_step"]["url"]).content.decode()


def test_where_somebody_may_be_about_to_leave_the_main_button_opens_them(
    customers: Account, ana: Member, signed_in: SignedIn
):
    client = signed_in(ana)
    response = client.get("/customers/buying/")

    assert "Ordered in each month" in response.content.decode()
    assert response.context["first_step"]["words"] == "See who may be about to leave"
    assert "Gärtnerei Holzapfel" in client.get(response.context["first_step"]["url"]).content.decode()


def test_shares_of_those_who_come_back_are_rounded_once(customers: Account, ana: Member, signed_in: SignedIn):
    response = signed_in(ana).get("/customers/buying/again/")
    page = response.content.decode()
    first = response.context["rows"][0]

    assert response.context["sentence"].startswith(f"{percent(first['score'] / 100)} ({score(first['low'])} to ")
    assert 'data-unit="%"' in page
