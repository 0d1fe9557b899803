"""Reading orders: the files that no one here wrote give their right values, and bad rows are named."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.imports import HasQuestions, Options, Result, run_import, try_import, undo_import
from wellheard.core.models import ImportBatch, Member, Organisation, Site
from wellheard.core.trail.seals import seal_waiting
from wellheard.core.trail.verify import verify
from wellheard.customers.actions import add_account, add_person, remember_external_id
from wellheard.customers.buying.storing import bodies
from wellheard.customers.models import Account, Buyer, ExternalId, ImportedChange, Order, Person
from wellheard.ground.canonical import canonical, digest
from wellheard.ground.tests.shared_data import shared_file

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportBatch]


@pytest.fixture
def bring(ana: Member, organisation: Organisation, now: datetime) -> Import:
    def run(data: bytes | str, name: str = "orders.csv", **more: Any) -> ImportBatch:
        told = more.pop("told", {})
        options = Options(mapping=told, answers=told, **more)
        content = data.encode() if isinstance(data, str) else data
        return run_import("transactions", name, content, ana, at=now, options=options)

    return run


@pytest.fixture
def look(ana: Member, organisation: Organisation, now: datetime) -> Callable[..., Result]:
    def run(data: bytes | str, name: str = "orders.csv", **more: Any) -> Result:
        told = more.pop("told", {})
        content = data.encode() if isinstance(data, str) else data
        options = Options(mapping=told, answers=told, **more)
        return try_import("transactions", name, content, ana, at=now, options=options)

    return run


def total() -> Decimal:
    return Decimal(str(Order.objects.aggregate(total=Sum("amount"))["total"])).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("file", "lines", "invoices", "cancelled", "customers", "nobody", "amount"),
    [
        ("online_retail_2010-12-01.csv", 3108, 143, 26, 98, 1140, "58635.56"),
        ("online_retail_2010-12-16.csv", 1790, 150, 39, 117, 84, "48334.35"),
    ],
)
def test_lines_of_invoices_become_orders(
    bring: Import, file: str, lines: int, invoices: int, cancelled: int, customers: int, nobody: int, amount: str
):
    batch = bring(shared_file(f"crm-customers/{file}").read_bytes(), file, accept_guesses=True)

    orders = Order.objects.all()
    assert (batch.format, batch.rows, batch.accepted, batch.rejected) == ("online-retail", lines, lines, [])
    assert orders.count() == invoices == batch.created["orders"]
    assert sum(orders.filter(is_cancelled=True).values_list("lines", flat=True)) == cancelled
    assert orders.exclude(customer_key="").values("customer_key").distinct().count() == customers
    assert Account.objects.count() == customers == batch.created["accounts"]
    assert batch.left_out["without a customer: kept, in nobody’s figures"] == nobody
    assert total() == Decimal(amount)
    assert not orders.filter(customer_key__contains=".").exists()
    assert batch.guessed["currency"].startswith("unknown for")


def test_cdnow_is_recognised_without_a_header(bring: Import, look: Callable[..., Result]):
    data = shared_file("crm-customers/CDNOW_sample.txt").read_bytes()

    batch = bring(data, "CDNOW_sample.txt", told={"new_customers": "keep"})

    assert (batch.format, batch.rows, batch.accepted, batch.rejected) == ("cdnow", 6919, 6919, [])
    assert Order.objects.values("customer_key").distinct().count() == 2357
    assert Order.objects.earliest("ordered_on").ordered_on == date(1997, 1, 1)
    assert Order.objects.latest("ordered_on").ordered_on == date(1998, 6, 30)
    assert total() == Decimal("244091.94")
    assert Buyer.objects.count() == 2357
    assert "fixed width without a header" in batch.guessed["columns"]


def test_products_side_by_side_are_one_order_a_row(bring: Import):
    data = shared_file("crm-customers/customer_orders_wide.csv").read_bytes()

    batch = bring(data, "customer_orders_wide.csv", told={"day": "2026-11-01", "new_customers": "accounts"})

    orders = Order.objects.order_by("id").values_list("account__name", "amount", "what", "ordered_on")
    assert batch.format == "orders-wide"
    assert list(orders) == [
        ("Andy", Decimal(150), "Soap-Bar, Exfoliation-Glove", date(2026, 11, 1)),
        ("Dan", Decimal(25), "Liquid-Soap, Sponge", date(2026, 11, 1)),
        ("Ravi", Decimal(105), "Soap-Bar, Sponge", date(2026, 11, 1)),
        ("Robin", Decimal(100), "Liquid-Soap, Exfoliation-Glove", date(2026, 11, 1)),
        ("Sylvie", Decimal(205), "Liquid-Soap, Sponge", date(2026, 11, 1)),
        ("Sylvie", Decimal(310), "Soap-Bar, Exfoliation-Glove", date(2026, 11, 1)),
    ]


def test_totals_count_as_amounts_and_not_as_orders(bring: Import, ana: Member, now: datetime):
    known = add_person("Doug", ana, at=now, email="DMalone1@tumblr.com")
    data = shared_file("crm-customers/lifetime_value.csv").read_bytes()

    batch = bring(data, "lifetime_value.csv", told={"day": "2026-11-01"}, accept_guesses=True)

    sums = dict(Order.objects.values_list("what").annotate(total=Sum("amount")))
    assert (batch.format, batch.rows, batch.accepted) == ("totals", 200, 200)
    assert sums == {"Liquid Sales to Date": 1010653, "Bar Sales to Date": 502122}
    assert Person.objects.count() == 200
    assert list(known.orders.order_by("amount").values_list("amount", flat=True)) == [3927, 9380]
    buyer = Buyer.objects.get(person=known)
    assert [buyer.orders, buyer.last_on, buyer.amount] == [0, None, 13307]


def test_read_again_nothing_is_stored_twice(bring: Import):
    data = shared_file("crm-customers/online_retail_2010-12-01.csv").read_bytes()
    bring(data, accept_guesses=True)

    again = bring(data, accept_guesses=True)

    assert Order.objects.count() == 143
    assert (again.accepted, again.left_out["there already, with the same numbers"]) == (0, 3108)
    assert again.created == {}


def test_orders_without_numbers_are_known_by_what_they_say(bring: Import):
    data = "Customer,Date,Amount\nA,2026-01-05,10.00\nA,2026-01-05,10.00\nB,2026-01-06,3.50\n"
    bring(data, accept_guesses=True)

    again = bring(data + "B,2026-01-07,3.50\n", accept_guesses=True)

    assert (Order.objects.count(), again.accepted) == (4, 1)


def test_another_amount_for_a_known_number_is_rejected_and_named(bring: Import):
    bring("Order,Customer,Date,Amount\n1,A,2026-01-05,10.00\n", accept_guesses=True)

    again = bring("Order,Customer,Date,Amount\n1,A,2026-01-05,12.00\n2,A,2026-01-06,5\n", accept_guesses=True)

    assert (again.rows, again.accepted, len(again.rejected)) == (2, 1, 1)
    assert "there already with other numbers (10 of 5 January 2026, from IMP-2026-0001)" in again.rejected[0]["reason"]
    assert Order.objects.get(external_id="1").amount == Decimal("10.00")


def test_lines_of_an_order_may_stand_apart(bring: Import):
    bring(
        "Order,Customer,Date,Amount\n1,A,2026-01-05,10.00\n2,B,2026-01-05,1\n1,A,2026-01-05,2.50\n", accept_guesses=True
    )

    assert list(Order.objects.order_by("external_id").values_list("external_id", "amount", "lines")) == [
        ("1", Decimal("12.50"), 2),
        ("2", Decimal("1.00"), 1),
    ]


def test_bad_rows_are_named_and_good_rows_kept(bring: Import):
    rows = [
        ("1", "A", "2026-01-05", "10.00"),
        ("2", "A", "2026-13-05", "10.00"),
        ("3", "A", "2026-01-05", "ten"),
        ("", "A", "2026-01-05", "10.00"),
        ("5", "A", "2030-01-05", "10.00"),
        ("6", "A", "2026-01-05", "9" * 15),
        ("7", "B" * 201, "2026-01-05", "1"),
        ("8", "Größe", "2026-01-05", "1"),
        ("9", "C", "2026-01-05", "=1+1"),
        ("10" * 60, "C", "2026-01-05", "1"),
    ]
    data = "Order,Customer,Date,Amount\n" + "\n".join(",".join(row) for row in rows)

    batch = bring(data, accept_guesses=True)

    assert [(each["row"], each["field"]) for each in batch.rejected] == [
        (3, "Date"),
        (4, "Amount"),
        (5, "Order"),
        (6, "Date"),
        (7, "Amount"),
        (8, "Customer"),
        (10, "Amount"),
        (11, "Order"),
    ]
    assert batch.rows == batch.accepted + len(batch.rejected) == 10
    assert set(Account.objects.values_list("name", flat=True)) == {"A", "Größe"}


def test_the_order_of_day_and_month_is_asked(bring: Import, look: Callable[..., Result]):
    data = "Order,Customer,Date,Amount\n1,A,03/04/2026,10.00\n2,A,05/06/2026,11.00\n"

    asked = look(data, told={"new_customers": "keep"})
    with pytest.raises(HasQuestions):
        bring(data, told={"new_customers": "keep"})
    bring(data, told={"new_customers": "keep", "day_month_order": "mdy"})

    assert [question.name for question in asked.questions] == ["day_month_order"]
    assert Order.objects.get(external_id="1").ordered_on == date(2026, 3, 4)


def test_columns_that_nobody_can_know_are_asked_and_never_guessed(bring: Import, look: Callable[..., Result]):
    data = "a,b,c\nx,2026-01-05,10\n"

    asked = look(data)

    assert [question.name for question in asked.questions] == ["amount"]
    with pytest.raises(Refusal, match="Which column holds the amount"):
        bring(data, accept_guesses=True)
    bring(data, told={"amount": "c", "date": "b", "customer": "a", "new_customers": "keep"})
    assert Order.objects.get().customer_key == "x"


def test_currencies_stay_apart(bring: Import):
    rows = ("1;A;05.01.2026;1.234,50 €", "2;A;06.01.2026;10,00 CHF", "3;A;07.01.2026;£ 3,00", "4;A;08.01.2026;5,00")
    data = "Order;Kunde;Datum;Betrag\n" + "\n".join(rows)

    batch = bring(data, accept_guesses=True)

    assert dict(Order.objects.values_list("currency", "amount")) == {
        "EUR": Decimal("1234.50"),
        "CHF": Decimal("10.00"),
        "GBP": Decimal("3.00"),
        "": Decimal("5.00"),
    }
    assert Buyer.objects.count() == 4
    assert batch.guessed["currency"].startswith("unknown for 1 orders")


def test_a_currency_can_be_said_for_the_whole_file(bring: Import):
    bring("Order,Customer,Date,Amount\n1,A,2026-01-05,10.00\n", told={"currency": "nok"}, accept_guesses=True)

    assert Order.objects.get().currency == "NOK"


def test_orders_find_customers_by_number_then_by_address(bring: Import, ana: Member, leipzig: Site, now: datetime):
    account = add_account("Holzapfel", ana, at=now, site=leipzig)
    remember_external_id(account, "Shop", "17", ana, at=now)
    cleo = add_person("Cleo", ana, at=now, email="cleo@holzapfel.example", account=account)
    data = (
        "Order,Customer,Date,Amount\n1,17,2026-01-05,10\n2,Cleo@holzapfel.example,2026-01-06,11\n3,99,2026-01-07,12\n"
    )

    bring(data, into="Shop", told={"new_customers": "keep"})

    assert list(Order.objects.order_by("external_id").values_list("account", "person", "site")) == [
        (account.pk, None, leipzig.pk),
        (account.pk, cleo.pk, leipzig.pk),
        (None, None, None),
    ]


def test_undone_nothing_is_left_but_what_is_used(bring: Import, ana: Member, now: datetime):
    batch = bring(
        "Order,Customer,Date,Amount\n1,A,2026-01-05,10\n2,B,2026-01-05,10\n3,b@b.example,2026-01-05,1\n",
        accept_guesses=True,
    )
    used = Account.objects.get(name="B")
    add_person("Bea", ana, at=now, account=used)

    undo_import(batch, ana, at=now)

    assert Order.objects.count() == 0
    assert list(Account.objects.values_list("name", flat=True)) == ["B"]
    assert list(Person.objects.values_list("name", flat=True)) == ["Bea"]
    assert not Buyer.objects.exists()
    assert ExternalId.objects.count() == 1
    assert ImportedChange.objects.count() == 3


def test_orders_are_sealed_and_verified(bring: Import, now: datetime):
    bring("Order,Customer,Date,Amount\n1,A,2026-01-05,10\n2,a@a.example,2026-01-05,10\n", accept_guesses=True)

    seal = seal_waiting("customers.order", at=now)
    fine = verify()
    Order.objects.filter(external_id="1").update(amount=11)

    assert seal is not None
    assert seal.count == 2
    assert fine.ok
    assert not verify().ok


def test_the_quick_text_of_an_order_is_the_canonical_one(bring: Import):
    bring(
        'Order,Customer,Date,Amount,Quantity,What\n1,Größe,2026-01-05,10,2,"a ""b"" \t\\ c"\n2,,2026-01-05,-1,,\n',
        accept_guesses=True,
    )

    for order, text in zip(Order.objects.order_by("pk"), bodies(list(Order.objects.order_by("pk"))), strict=True):
        assert canonical(json.loads(text)) == text
        assert digest(text) == order.digest


def test_whoever_may_not_import_does_not(ben: Member, organisation: Organisation, now: datetime):
    with pytest.raises(NotAllowed):
        run_import("transactions", "a.csv", b"a,b\n1,2\n", ben, at=now, options=Options())


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.4", b"Order,Date,Amount\n"])
def test_what_is_no_table_of_orders_is_refused_or_empty(bring: Import, data: bytes):
    try:
        batch = bring(data, accept_guesses=True)
    except Refusal:
        return
    assert (batch.rows, Order.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("First Name,Last Name,Email\nAnn,Bee,a@x.example\n", "amount.* and none the day"),
        ("Name,Phone,Zip\nAnn,0341123456,04109\n", "amount.* and none the day"),
        ("Date,Note,Who\n2026-01-01,hello,Ann\n", "amount"),
    ],
)
def test_a_table_without_orders_is_refused_with_the_columns_that_are_missing(
    look: Callable[..., Result], bring: Import, data: str, words: str
):
    for read, options in ((look, {}), (bring, {}), (bring, {"accept_guesses": True})):
        with pytest.raises(
            Refusal, match=f"{words}.* Nothing was imported; the file has: {data.partition(chr(10))[0][:4]}"
        ):
            read(data, **options)


@pytest.mark.parametrize("form", ["totals", "orders-wide"])
def test_a_format_that_the_file_has_no_columns_for_is_refused(look: Callable[..., Result], form: str):
    with pytest.raises(Refusal, match="the file has: First Name, Email"):
        look("First Name,Email\nAnn,a@x.example\n", format=form)
