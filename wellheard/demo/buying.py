"""What customers order over the eighteen months, and what the organisation reads from it."""

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from wellheard.core.imports import Options, run_import
from wellheard.customers.actions import add_segment, remember_external_id
from wellheard.customers.actions.buying import add_orders, cut_rfm, dismiss_warning, look_at_buying
from wellheard.customers.buying.scoring import GROUPS
from wellheard.customers.buying.storing import NewOrder
from wellheard.customers.models import Buyer, Segment
from wellheard.customers.segmenting.running import renew
from wellheard.demo.cast import DIRECTOR, Cast
from wellheard.demo.stage import Stage

SOURCE, CURRENCY, CENT = "order system", "EUR", Decimal("0.01")
USUAL = {  # orders a year, and what one is worth
    "Landscapers": (26, 640),
    "Garden centres": (14, 1900),
    "Municipalities": (5, 3100),
    "Home owners": (1.6, 140),
}
SEASON = (0.55, 0.65, 1.2, 1.4, 1.4, 1.2, 1.0, 0.95, 1.0, 0.95, 0.8, 0.65)
"""How much of the usual is ordered, from January on."""
STEADY = frozenset({"Landscapers"})
BEFORE = 12
"""Months before the story from which the orders were taken over."""
SILENT = {  # the months, counted back, in which they ordered nothing
    "Blumen Roth": range(-1, 14),
    "Vert & Pierre": range(5, 14),
    "Landschaftsbau Krüger": range(-1, 3),
    "Jardinerie du Parc": range(-1, 2),
}
SHRINKING = frozenset({"Jardinerie du Parc"})
WHAT = ("Valves 1/2 inch", "Drip lines 50 m", "Connectors C12", "Pump P3", "Hoses 25 m", "Controllers", "Sprinklers")
UNKNOWN = (("K9001", "Gartenwelt Pirna", 410), ("K9002", "Jardin Secret", 95), ("K9001", "Gartenwelt Pirna", 260))


class Buying:
    """Plays the order system, which sends every month’s orders on the next month’s first day."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self.stage, self.cast = stage, cast
        self.die = random.Random(4711)  # one of its own: the answers stay as they are
        self.ordered: dict[int, list[NewOrder]] = {}

    def plan(self) -> None:
        """The customers’ numbers first, then the months; cuts every quarter, groups and warnings of late."""
        stage = self.stage
        self.draw()
        stage.plan(stage.at(stage.began, 9, 40), self.numbers)
        stage.plan(stage.at(stage.began, 9, 50), partial(self.send, range(stage.months + BEFORE, stage.months, -1)))
        for back in range(stage.months, 1, -1):
            stage.plan(stage.within(back - 1, 1, 5), partial(self.send, [back]))
        for back in range(stage.months - 4, 0, -3):
            stage.plan(stage.within(back, 2, 4), self.cut)
        stage.plan(stage.within(5, 3, 11), self.name_groups)
        stage.plan(stage.within(0, 1, 8), self.bring_last_month)
        stage.plan(stage.now - timedelta(hours=10), partial(self.send, [0]))
        stage.plan(stage.now - timedelta(hours=9), self.cut)
        stage.plan(stage.now - timedelta(hours=4), self.dismiss)
        stage.plan(stage.now - timedelta(minutes=50), lambda at: look_at_buying(DIRECTOR, at=at))

    def draw(self) -> None:
        """Everybody’s orders, by the months counted back: at their usual time apart, more in spring than in winter."""
        first, last = self.stage.month(self.stage.months + BEFORE), self.stage.now.date() - timedelta(days=1)
        drawn: list[tuple[date, int, Decimal, bool]] = []
        for place, account in enumerate(self.cast.accounts):
            segment = account.segment.name if account.segment else ""
            often, worth = USUAL[segment]
            keen = 0.6 + (place * 7 % 10) / 11
            gap = 365 / (often * keen)
            began = first + timedelta(days=61 * (place % 6) if place % 3 == 0 else 0)  # not all were customers already
            day = began + timedelta(days=self.die.randrange(max(1, round(gap))))
            while day <= last:
                back = self.stage.now.year * 12 + self.stage.now.month - day.year * 12 - day.month
                size = max(0.25, back / self.stage.months) if account.name in SHRINKING else 1.0
                amount = Decimal(round(worth * keen * size * self.die.lognormvariate(0, 0.35), 2)).quantize(CENT)
                if back not in SILENT.get(account.name, ()):
                    drawn.append((day, place, amount, False))
                    if self.die.random() < 0.03:
                        drawn.append((min(day + timedelta(days=3), last), place, -(amount / 4).quantize(CENT), True))
                season = 1.0 if segment in STEADY else SEASON[day.month - 1]
                day += timedelta(days=max(1, round(gap / season * self.die.uniform(0.75, 1.25))))
        for number, (day, place, amount, is_return) in enumerate(sorted(drawn), start=70_000):
            back = self.stage.now.year * 12 + self.stage.now.month - day.year * 12 - day.month
            self.ordered.setdefault(back, []).append(
                NewOrder(
                    str(number),
                    f"K{1001 + place}",
                    day,
                    amount,
                    CURRENCY,
                    quantity=Decimal(self.die.randrange(1, 30)),
                    is_cancelled=is_return,
                    what=self.die.choice(WHAT),
                )
            )

    def numbers(self, at: datetime) -> None:
        """What the order system calls each account."""
        for place, account in enumerate(self.cast.accounts):
            remember_external_id(account, SOURCE, f"K{1001 + place}", DIRECTOR, at=at)

    def send(self, months: Iterable[int], at: datetime) -> None:
        """What the order system sends of these months, and a look at what follows."""
        orders = [order for back in months for order in self.ordered.get(back, ())]
        add_orders(SOURCE, orders, DIRECTOR, at=at)
        look_at_buying(DIRECTOR, at=at)

    def bring_last_month(self, at: datetime) -> None:
        """The last file was brought by hand, since the order system was moved; it names two whom nobody knows."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(
            ("Order number", "Order date", "Customer number", "Customer name", "Amount", "Currency", "Product")
        )
        names = {f"K{1001 + place}": account.name for place, account in enumerate(self.cast.accounts)}
        for each in self.ordered.get(1, ()):
            if not each.is_cancelled:
                name = names[each.customer_key]
                day = each.ordered_on.isoformat()
                rows.writerow((each.external_id, day, each.customer_key, name, each.amount, CURRENCY, each.what))
        for place, (key, name, amount) in enumerate(UNKNOWN):
            day = (self.stage.month(1) + timedelta(days=6 + 5 * place)).isoformat()
            rows.writerow((f"9{place:04d}", day, key, name, f"{amount}.00", CURRENCY, "Hoses 25 m"))
        rows.writerow(("90009", "end of month", "K1003", names["K1003"], "88.00", CURRENCY, "Hoses 25 m"))
        said = {"source": SOURCE, "new_customers": "keep"}
        run_import(
            "transactions", f"orders-{self.stage.month(1):%Y-%m}.csv", text.getvalue().encode(), self.cast.ana, at=at,
            options=Options(mapping=said, answers=said, accept_guesses=True),
        )  # fmt: skip
        look_at_buying(DIRECTOR, at=at)

    def cut(self, at: datetime) -> None:
        """Limits between the scores, and the segments that follow them."""
        cut_rfm(DIRECTOR, at=at, currency=CURRENCY)
        for segment in Segment.objects.filter(basis="buying", retired_at=None).order_by("pk"):
            renew(segment, DIRECTOR, at=at)

    def name_groups(self, at: datetime) -> None:
        """Two groups of buyers that somebody wants to keep an eye on."""
        for each in GROUPS:
            if each.key in ("best", "leaving"):
                score = [("r", each.r), ("f", each.f)]
                rule = {
                    "match": "all",
                    "conditions": [
                        {"trait": f"buying.{name}", "is": "between", "value": list(ends)} for name, ends in score
                    ],
                }
                name = f"{each.name} (buying)"
                add_segment(name, self.cast.ines, at=at, basis="buying", rule=rule, owner=self.cast.ines)

    def dismiss(self, at: datetime) -> None:
        """One warning is none, as the account manager knows."""
        warned = Buyer.objects.filter(warning__gt=0, account__segment__name="Municipalities").order_by("-warning", "pk")
        others = Buyer.objects.filter(warning__gt=0, account__isnull=False).order_by("warning", "pk")
        buyer = warned.first() or others.first()
        if buyer is not None:
            words = "They order by the budget year; the next order comes in spring, as every year."
            dismiss_warning(buyer, words, 90, self.cast.ana, at=at)
