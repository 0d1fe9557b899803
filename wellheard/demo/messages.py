"""What customers agree to, and what they are written by name."""

from datetime import datetime, timedelta

from wellheard.core.actors import Public
from wellheard.customers.actions import (
    approve_mailing,
    draft_mailing,
    note_consent,
    set_preferences,
    unsubscribe,
    write_template,
)
from wellheard.customers.actions.messages import end_mailing, write_to_recipient
from wellheard.customers.jobs.messages import MAILINGS
from wellheard.customers.models import ConsentText, MailingRecipient, Person, Purpose, Segment
from wellheard.demo.cast import Cast
from wellheard.demo.stage import Stage

HOURS = {
    "en": {
        "subject": "Our hours over the winter",
        "text": "Good day {person.name},\n\nfrom December to February our warehouse in Leipzig opens at eight. "
        "What {account.name} orders by noon still leaves on the same day.\n\nKind regards\n{owner.name}",
    },
    "de": {
        "subject": "Unsere Zeiten im Winter",
        "text": "Guten Tag {person.name},\n\nvon Dezember bis Februar öffnet unser Lager in Leipzig um acht. "
        "Was {account.name} bis mittags bestellt, geht weiterhin am selben Tag hinaus.\n\nFreundliche Grüße\n{owner.name}",
    },
    "fr": {
        "subject": "Nos horaires d’hiver",
        "text": "Bonjour {person.name},\n\nde décembre à février, notre entrepôt de Leipzig ouvre à huit heures. "
        "Ce que {account.name} commande avant midi part toujours le jour même.\n\nCordialement\n{owner.name}",
    },
}
HOSES = {
    "en": {
        "subject": "The new hoses, before the season",
        "text": "Good day {person.name},\n\nthe new hoses are here. For {account.name} we keep ten aside until March; "
        "{owner.name} tells you more.\n\nRosetau",
    },
    "de": {
        "subject": "Die neuen Schläuche, vor der Saison",
        "text": "Guten Tag {person.name},\n\ndie neuen Schläuche sind da. Für {account.name} legen wir bis März zehn zurück; "
        "mehr dazu von {owner.name}.\n\nRosetau",
    },
}


class Messages:
    """Consents over the last months, a mailing that was sent, one that waits to be approved."""

    def __init__(self, stage: Stage, people: Cast) -> None:
        self.stage, self.cast = stage, people

    def plan(self) -> None:
        """Let it happen, all of it after the last news of the story was told."""
        for number, person in enumerate(self._people()[:12]):
            self._agrees(person, self.stage.now - timedelta(days=60 - 4 * number, hours=3))
        self.stage.plan(self.stage.now - timedelta(days=9, hours=5), self._hours)
        for person in self._people()[3:5]:
            self._stops(person, self.stage.now - timedelta(days=6, hours=2))
        self._chooses(self._people()[6], self.stage.now - timedelta(days=4, hours=1))
        self.stage.plan(self.stage.now - timedelta(days=1, hours=4), self._hoses)

    def _people(self) -> list[Person]:
        return [person for person in (*self.cast.people["Leipzig"], *self.cast.people["Lyon"]) if person.email]

    def _agrees(self, person: Person, moment: datetime) -> None:
        text = ConsentText.objects.get(purpose__key="offers", version=1)
        self.stage.plan(
            moment,
            lambda at: note_consent(
                person, "offers", "given", self.cast.ben, at=at, evidence="on the phone, when they ordered", text=text
            ),
        )

    def _stops(self, person: Person, moment: datetime) -> None:
        self.stage.plan(moment, lambda at: unsubscribe(person, "news", Public(f"person:{person.pk}"), at=at))

    def _chooses(self, person: Person, moment: datetime) -> None:
        self.stage.plan(
            moment,
            lambda at: set_preferences(
                person, Public(f"person:{person.pk}"), at=at, wanted={"surveys": True, "news": True, "offers": False},
                channel="", language=person.language, frequency="quarterly", wants_no_mail=False,
            ),
        )  # fmt: skip

    def _hours(self, at: datetime) -> None:
        """Sent to the garden centres: everybody who wants news."""
        ana = self.cast.ana
        template = write_template(
            "Hours over the winter", Purpose.objects.get(key="news"), HOURS, ana, at=at, owner=ana
        )
        segment = Segment.objects.get(name="Garden centres")
        mailing = approve_mailing(draft_mailing(template, ana, at=at, owner=ana, segment=segment), ana, at=at)
        for row in MailingRecipient.objects.filter(mailing=mailing, status="waiting").order_by("pk"):
            write_to_recipient(row, MAILINGS, at=at)
        end_mailing(mailing, MAILINGS, at=at)

    def _hoses(self, at: datetime) -> None:
        """A draft that waits for somebody to look at it."""
        ines = self.cast.ines
        template = write_template("New hoses", Purpose.objects.get(key="offers"), HOSES, ines, at=at, owner=ines)
        draft_mailing(template, ines, at=at, owner=ines, segment=Segment.objects.get(name="Landscapers"))
