"""What waits for somebody today: a promise that was broken, a danger, a word to the quality manager."""

from datetime import datetime, timedelta
from typing import Any

from wellheard.cases.actions import acknowledge, assess, customer_writes, open_case
from wellheard.cases.jobs import tell_late
from wellheard.cases.models import Case
from wellheard.core.actors import Public
from wellheard.demo.answers import Answers
from wellheard.demo.cast import Cast
from wellheard.demo.stage import Stage

PUMP = (
    "La pompe est arrivée sans son câble. Voilà dix jours que j’attends ; le chantier est à l’arrêt. Je voudrais le câble, "
    "et savoir quand il part."
)
VALVE = "Das Druckventil am Verteiler ist geplatzt, ein Stück ist mir knapp am Gesicht vorbeigeflogen. Das kann so nicht bleiben."
REMINDER = "Toujours rien. À qui dois-je m’adresser, à la direction ?"


class Today:
    """Plays the last days before the curtain."""

    def __init__(self, stage: Stage, cast: Cast, answers: Answers) -> None:
        self.stage, self.cast, self.answers = stage, cast, answers
        self.late: Case | None = None

    def plan(self) -> None:
        """When what happens."""
        working, now = self.stage.working, self.stage.now
        self.stage.plan(working(now - timedelta(days=13), 0), self.pump)
        self.stage.plan(working(now - timedelta(days=1), -4), self.valve)
        self.stage.plan(now - timedelta(hours=2), self.reminder)
        self.stage.plan(now - timedelta(minutes=5), lambda at: tell_late(at))

    def opened(self, title: str, words: str, site: str, at: datetime, **details: Any) -> Case:
        """A case that somebody called about."""
        by = self.cast.chloe if site == "Lyon" else self.cast.ben
        person = self.cast.people[site][0]
        case = open_case(
            title,
            by,
            at=at,
            site=self.cast.sites[site],
            words=words,
            person=person,
            channel="phone",
            owner=by,
            **details,
        )
        self.answers.last_case = max(self.answers.last_case, case.pk)
        return case

    def pump(self, at: datetime) -> None:
        """Acknowledged, assessed, and then forgotten: by now it is late."""
        case = self.opened("Pump came without its cable", PUMP, "Lyon", at, remedy_sought="Le câble, et une date")
        acknowledge(case, self.cast.chloe, at=at + timedelta(hours=1))
        assess(case, self.cast.chloe, at=at + timedelta(hours=2), severity=2, impact="A building site stands still.")
        self.late = case

    def valve(self, at: datetime) -> None:
        """Somebody might have been hurt: a quality manager is told at once."""
        case = self.opened("Pressure valve burst", VALVE, "Leipzig", at)
        acknowledge(case, self.cast.ben, at=at + timedelta(minutes=20))
        assess(
            case,
            self.cast.ben,
            at=at + timedelta(minutes=40),
            severity=4,
            is_safety=True,
            note="Told them to shut the water off.",
            impact="A piece flew past his face.",
        )

    def reminder(self, at: datetime) -> None:
        """The customer with the pump turns to the quality manager."""
        if self.late is not None:
            by = Public(f"case:{self.late.pk}", name=self.late.customer_name)
            customer_writes(self.late, by, at=at, text=REMINDER, for_manager=True)
