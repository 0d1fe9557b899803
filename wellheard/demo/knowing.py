"""What the organisation comes to know of its customers: fields of its own, roles, further addresses and numbers, standing."""

from datetime import date, datetime, timedelta

from wellheard.customers.actions import (
    affiliate,
    change_account,
    define_field,
    note_address,
    note_contact_point,
    set_lifecycle,
    set_tags,
)
from wellheard.customers.models import Account, Person
from wellheard.demo.cast import DIRECTOR, Cast
from wellheard.demo.stage import Stage

TAGS: tuple[tuple[str, str], ...] = (
    ("Gärtnerei Holzapfel", "drip irrigation, pilot customer"),
    ("Grünwerk Leipzig", "framework contract, drip irrigation"),
    ("Landschaftsbau Krüger", "large sites"),
    ("Hortus GmbH", "framework contract, several shops"),
    ("Stadt Halle, Grünflächen", "tender"),
    ("Ville de Valence", "tender"),
    ("Jardinerie du Parc", "several shops"),
    ("Espaces Verts Bellecour", "drip irrigation, large sites"),
    ("Kleingarten Abendruh", "club order once a year"),
)
CONTRACTS: tuple[tuple[str, int, str], ...] = (
    # account, months from now until its framework contract ends, the days on which we deliver
    ("Grünwerk Leipzig", 7, "Tuesday and Friday"),
    ("Hortus GmbH", 2, "Monday"),
    ("Stadt Halle, Grünflächen", 14, "any day"),
    ("Ville de Valence", 10, "any day"),
)
SPEAKS_FOR: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("Tobias Arndt", "Stadtgrün Pleiße", ("decision_maker",), "Managing partner"),
    ("Heike Bormann", "Gemeinde Borsdorf", ("buyer",), "Joint purchasing"),
    ("Paul Girard", "Jardinerie des Monts", ("payer",), "Bookkeeping of both shops"),
)
REACHED: tuple[tuple[str, str, str, str], ...] = (
    ("Katrin Holzapfel", "phone", "+49 171 5550123", "mobile"),
    ("Petra Engel", "email", "einkauf@hortus.example", "orders"),
    ("Luc Perrin", "phone", "+33 6 12 55 40 18", "mobile"),
    ("Uwe Zimmer", "phone", "0351 55 20 ext. 14", "office"),
)
PLACES: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("Grünwerk Leipzig", "delivery", "Am Bauhof 7, gate 2", "04229", "Leipzig", "DE"),
    ("Grünwerk Leipzig", "billing", "Postfach 10 02 30", "04002", "Leipzig", "DE"),
    ("Hortus GmbH", "delivery", "Lager Nord\nIndustriestraße 44", "13509", "Berlin", "DE"),
    ("Ville de Valence", "delivery", "Serres municipales, 12 chemin des Îles", "26000", "Valence", "FR"),
)
STANDING: tuple[tuple[str, str, int, int, str], ...] = (
    # account, where they stand, months ago and day of it, why
    ("Blumen Roth", "at_risk", 12, 8, "Nothing ordered since summer; the new owner compares prices."),
    ("Blumen Roth", "lost", 9, 17, "Buys from a wholesaler now, as the owner told Mehmet on the phone."),
    ("Vert & Pierre", "lost", 9, 5, "Two deliveries came late; they went to another supplier."),
    ("Vert & Pierre", "won_back", 4, 12, "Chloé visited them with the new valves and a fixed day of delivery."),
    ("Jardinerie du Parc", "at_risk", 1, 9, "Orders grow smaller, and the last answers were unhappy."),
)


class Knowing:
    """Plays what people of the organisation write down about customers."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self.stage, self.cast = stage, cast

    def plan(self) -> None:
        """On the first days what is known already, the rest as it comes up."""
        self.stage.plan(self.stage.at(self.stage.began, 9, 30), self.roles)
        self.stage.plan(self.stage.within(17, 6, 10), self.fields)
        self.stage.plan(self.stage.within(17, 7, 11), self.describe)
        self.stage.plan(self.stage.within(13, 9, 11), self.reach)
        self.stage.plan(self.stage.within(8, 11, 14), self.second_hats)
        for name, to, back, day, reason in STANDING:
            self.stands(name, to, self.stage.within(back, day, 15), reason)

    def stands(self, name: str, to: str, moment: datetime, reason: str) -> None:
        """From that day on an account stands there."""
        self.stage.plan(
            moment,
            lambda at: set_lifecycle(account(name), to, account(name).owner or self.cast.ana, at=at, reason=reason),
        )

    def roles(self, at: datetime) -> None:
        """The first person of an account buys and decides; who comes after uses or pays."""
        seen: dict[int, int] = {}
        for person in (*self.cast.people["Leipzig"], *self.cast.people["Lyon"]):
            if person.account is None:
                continue
            place = seen[person.account.pk] = seen.get(person.account.pk, -1) + 1
            roles = ("buyer", "decision_maker") if not place else (("user",), ("payer",))[person.account.pk % 2]
            affiliate(Person.objects.get(pk=person.pk), person.account, DIRECTOR, at=at, roles=roles)

    def fields(self, at: datetime) -> None:
        """What this organisation wants to know beside what everybody does."""
        sam = self.cast.sam
        define_field("account", "Contract until", "date", sam, at=at, help_words="the framework contract’s last day")
        days = ("Monday", "Tuesday and Friday", "any day")
        define_field("account", "Days of delivery", "choice", sam, at=at, choices=days)
        define_field("account", "Watered area", "number", sam, at=at, help_words="in hectares, as the customer says")
        define_field("person", "Comes to the open day", "yes_no", sam, at=at)

    def describe(self, at: datetime) -> None:
        """Tags and contracts, as the account managers know them."""
        for name, tags in TAGS:
            set_tags(account(name), tags, self.cast.ana, at=at)
        for name, ahead, days in CONTRACTS:
            until: date = self.stage.month(-ahead) - timedelta(days=1)
            values = {"contract-until": until.isoformat(), "days-of-delivery": days}
            change_account(account(name), self.cast.ana, at=at, custom=values)
        change_account(account("Gärtnerei Holzapfel"), self.cast.mehmet, at=at, custom={"watered-area": "12.5"})

    def reach(self, at: datetime) -> None:
        """Mobile numbers, and where lorries go."""
        for name, what, value, use in REACHED:
            note_contact_point(person_of(name), what, value, self.cast.ana, at=at, use=use)
        for name, use, lines, postcode, city, country in PLACES:
            note_address(
                account(name), self.cast.ana, at=at, use=use, lines=lines, postcode=postcode, city=city, country=country
            )

    def second_hats(self, at: datetime) -> None:
        """Some speak for more than one account."""
        for name, other, roles, title in SPEAKS_FOR:
            affiliate(person_of(name), account(other), self.cast.ana, at=at, roles=roles, job_title=title)


def account(name: str) -> Account:
    """The account of this name, as it is now."""
    return Account.objects.get(name=name, merged_into=None)


def person_of(name: str) -> Person:
    """The person of this name, as they are now; the first who was noted, where there are several."""
    return Person.objects.filter(name=name, merged_into=None).order_by("pk")[0]
