"""Care of the data: contacts from a fair, duplicates, what people ask about their data, and another program that is told."""

from datetime import datetime, timedelta
from typing import Any

from wellheard.core.imports import Options, run_import
from wellheard.core.webhooks.actions import add_webhook, change_webhook
from wellheard.customers.actions import (
    add_account,
    add_person,
    log_conversation,
    note_bounce,
    note_consent,
    suppress,
)
from wellheard.customers.actions.duplicates import keep_apart, merge
from wellheard.customers.actions.pairs import look_for_duplicates
from wellheard.customers.actions.privacy import erase, erase_on, receive_request, set_hold, set_retention
from wellheard.customers.jobs.messages import MAILINGS
from wellheard.customers.models import Account, DuplicatePair, Person
from wellheard.demo.cast import Cast
from wellheard.demo.knowing import account, person_of
from wellheard.demo.stage import Stage

FAIR = """Name,Company,E-mail,Phone,City,Country,Notes
Ronja Adler,Adler Gartenbau,ronja.adler@adler.example,+49 3421 55 110,Torgau,DE,Wants the list of controllers
Till Busch,Adler Gartenbau,till.busch@adler.example,,Torgau,DE,
Meike Sommer,Golfpark Dölzig,m.sommer@golfpark.example,+49 34205 55 70,Dölzig,DE,Two courses
Arne Thomsen,,arne.thomsen@nord.example,,Magdeburg,DE,Talked to Mehmet about pumps
Katrin Holzapfel,Gärtnerei Holzapfel,{katrin},+49 341 55000,Halle,DE,
Viola Krämer,Blumenhof Krämer,viola.kraemer(at)blumenhof,+49 345 55 28,Halle,DE,
Selma Öztürk,Stadtgärtnerei Eilenburg,oeztuerk@eilenburg.example,+49 3423 55 91,Eilenburg,DE,Tender in March
"""
STOPPED = "first_name,last_name,Date\nRonja,Adler,{day}\nOlaf,Unbekannt,{day}\n"


class Care:
    """Plays those who keep the data in order."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self.stage, self.cast = stage, cast

    def plan(self) -> None:
        """Over the last two months."""
        for days, happening in (
            (75, self.twins),
            (72, self.look),
            (70, self.decide),
            (52, self.fair),
            (48, self.stopped),
            (45, self.private),
            (26, self.forget),
            (20, self.rules),
            (14, self.more_twins),
            (13, self.look),
            (8, self.asks),
            (5, self.on_the_phone),
            (3, self.tell_another_program),
        ):
            self.stage.plan(self.stage.days_ago(days, 9 + days % 7, days % 50), happening)
        self.stage.plan(self.stage.now - timedelta(minutes=90), self.hold)

    def look(self, at: datetime) -> None:
        """The nightly scan."""
        look_for_duplicates(at)

    def twins(self, at: datetime) -> None:
        """Written down twice by people in a hurry; and two that only look alike."""
        leipzig = self.cast.sites["Leipzig"]
        more: dict[str, Any] = {"site": leipzig, "country": "DE", "owner": self.cast.mehmet}
        again = add_account("Grünwerk Leipzig GmbH", self.cast.mehmet, at=at, city="Leipzig", **more)
        add_person("Tobias Arndt", self.cast.mehmet, at=at, email="t.arndt@gruenwerk.example", account=again)
        add_account("Gemeinde Borsdorf, Bauhof", self.cast.ben, at=at, city="Borsdorf", **more)
        log_conversation(
            "call",
            self.cast.mehmet,
            at=at,
            happened_at=at - timedelta(minutes=20),
            account=again,
            subject="Valves for the new site",
            words=("Wir brauchen bis Freitag zwanzig Ventile.",),
            language="de",
        )

    def decide(self, at: datetime) -> None:
        """One of them is merged, the other stays what it is."""
        ana = self.cast.ana
        kept, gone = account("Grünwerk Leipzig"), account("Grünwerk Leipzig GmbH")
        merge("account", kept.pk, gone.pk, ana, at=at)
        one = Account.objects.filter(name__startswith="Gemeinde Borsdorf").order_by("pk")
        pair = DuplicatePair.objects.filter(about="account", first_id=one[0].pk, second_id=one[1].pk).first()
        if pair is not None:
            words = "The depot orders on its own account, with a person of its own."
            keep_apart(pair, ana, at=at + timedelta(minutes=6), reason=words)

    def more_twins(self, at: datetime) -> None:
        """Nobody has looked at these yet."""
        lyon = self.cast.sites["Lyon"]
        more: dict[str, Any] = {"site": lyon, "country": "FR", "owner": self.cast.chloe}
        add_account("Les Jardins du Rhône SARL", self.cast.chloe, at=at, city="Lyon", **more)
        add_person(
            "Nele Petersen", self.cast.ben, at=at, email="nele@petersen.example", account=account("Familie Petersen")
        )

    def fair(self, at: datetime) -> None:
        """Contacts of a trade fair; one address cannot be read, one person is known already."""
        known = person_of("Katrin Holzapfel").email or ""
        self.bring("contacts", "fair-leipzig.csv", FAIR.format(katrin=known), at)

    def stopped(self, at: datetime) -> None:
        """A list of people who want no more mail: proposals, which wait."""
        day = f"{at - timedelta(days=2):%d.%m.%Y}"
        self.bring("unsubscribes", "stopped.csv", STOPPED.format(day=day), at)

    def bring(self, kind: str, name: str, text: str, at: datetime) -> None:
        """Import a file as the quality manager does."""
        site = self.cast.sites["Leipzig"].pk
        run_import(kind, name, text.encode(), self.cast.ana, at=at, options=Options(accept_guesses=True, site_id=site))

    def private(self, at: datetime) -> None:
        """Somebody who asks to be forgotten later."""
        person = add_person(
            "Ulf Kramer", self.cast.ben, at=at, email="ulf@kramer.example", site=self.cast.sites["Leipzig"]
        )
        log_conversation(
            "call",
            self.cast.ben,
            at=at,
            happened_at=at - timedelta(hours=1),
            person=person,
            subject="A hose that is too short",
            words=("Der Schlauch ist einen Meter zu kurz.",),
            language="de",
        )

    def forget(self, at: datetime) -> None:
        """He asks, and it is done."""
        ana, person = self.cast.ana, person_of("Ulf Kramer")
        checked = "Called back on the number that he left"
        request = receive_request(person, "erasure", ana, at=at, identity_checked=checked, owner=ana)
        later = at + timedelta(hours=2)
        erase_on(erase(request, ana, at=later), at=later)

    def asks(self, at: datetime) -> None:
        """Somebody else wants to know what we have; nobody has answered yet."""
        checked = "Showed her letter of the club"
        person = person_of("Monika Jahn")
        receive_request(person, "access", self.cast.ana, at=at, identity_checked=checked, owner=self.cast.ana)

    def rules(self, at: datetime) -> None:
        """How long things keep what is personal in them: one rule is on, one only shows what would go."""
        ana = self.cast.ana
        words = "Decided with the data protection officer"
        set_retention("customers.conversations", ana, at=at, months=36, is_on=True, ground=words)
        set_retention("core.mails", ana, at=at, months=12, is_on=False, ground="Under discussion")

    def hold(self, at: datetime) -> None:
        """The insurer asks to keep everything about the valve."""
        words = "A valve burst near somebody’s face; our insurer asked us to keep everything about it."
        set_hold(account("Gärtnerei Holzapfel"), words, self.cast.ana, at=at)

    def on_the_phone(self, at: datetime) -> None:
        """What was said on the phone, an address that nobody may write to, one that does not exist."""
        ben, person = self.cast.ben, Person.objects.get(name="Greta Fuchs")
        note_consent(
            person, "surveys", "withdrawn", ben, at=at, evidence="on the phone, to Ben: no more questions please"
        )
        suppress("garten@nachbarschaft.example", self.cast.ana, at=at)
        note_bounce("till.busch@adler.example", "550 5.1.1 no such user", MAILINGS, at=at)

    def tell_another_program(self, at: datetime) -> None:
        """Set up, and not switched on yet."""
        events, url = ["account", "person"], "https://erp.rosetau.example/wellheard"
        hook = add_webhook("ERP", url, events, self.cast.sam, at=at)
        change_webhook(hook, self.cast.sam, at=at, name=hook.name, url=hook.url, events=hook.events, is_active=False)
