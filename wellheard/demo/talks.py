"""Conversations: calls, visits and a fair, what was said in them, and what was promised to be done after."""

from datetime import datetime, timedelta
from functools import partial

from wellheard.core.models import Member, Task
from wellheard.core.tasks import end_task
from wellheard.customers.actions import follow_up, log_conversation
from wellheard.customers.models import HeardWords
from wellheard.demo.cast import Cast
from wellheard.demo.knowing import person_of
from wellheard.demo.stage import Stage
from wellheard.feedback.actions import handle
from wellheard.feedback.heard_words import hear_words
from wellheard.feedback.models import Statement

Talk = tuple[int, str, str, str, str, str, tuple[str, ...], str]
# days ago, who heard it, from whom, how, about what, notes, in their words, what is to be done
TALKS: tuple[Talk, ...] = (
    (402, "mehmet", "Katrin Holzapfel", "visit", "Plans for the season", "Walked the new greenhouse with her. Twelve hectares "
     "to be watered by May.", ("Wenn die Ventile halten, nehmen wir sie für alle Häuser.",), "Send the plan for house 3"),
    (366, "ben", "Anke Roth", "call", "A quieter year", "She compares prices since the shop changed hands.",
     ("Beim Großhändler bekomme ich alles auf einer Rechnung.",), ""),
    (289, "mehmet", "Anke Roth", "call", "Why they left", "Friendly, and decided. May be asked again next winter.",
     ("Sie waren gut, aber zu kleinteilig für uns.",), ""),
    (271, "chloe", "Marc Olivier", "call", "Two late deliveries", "He has ordered elsewhere; would look at a fixed day.",
     ("Deux retards de suite, c’est le chantier qui s’arrête.",), "Offer a fixed day of delivery"),
    (214, "ines", "Petra Engel", "meeting", "How the shelf looks", "Yearly meeting in Berlin, with figures of her three shops.",
     ("Die Schachteln lassen sich nicht stapeln, das kostet uns Regal.", "Die Lieferung am Montag klappt wirklich gut."), ""),
    (163, "chloe", "Marc Olivier", "visit", "New valves, a fixed day", "Took the moulded trays along. He orders again from Monday.",
     ("Là, rien ne bouge dans le carton. C’est mieux.",), ""),
    (128, "mehmet", "Tobias Arndt", "visit", "Framework contract", "Both firms of his want one contract.",
     ("Am liebsten eine Rechnung für beide Betriebe.",), "Ask finance for one invoice for both firms"),
    (97, "ben", "Sabine Krüger", "call", "Drivers who ring first", "She has no one on site before seven.",
     ("Der Fahrer steht um sechs vor dem Tor, da ist keiner.",), ""),
    (83, "chloe", "Paul Girard", "call", "Smaller orders", "He says little; two of his shops clear their shelves.",
     ("On attend de voir la saison. Les retours nous coûtent trop.",), "Call again about the returns"),
    (61, "ana", "Karim Haddad", "event", "At the town’s garden fair", "Met at the stand; interested in parts for ten years.",
     ("Il nous faut des pièces pendant dix ans, sinon c’est non.",), ""),
    (44, "mehmet", "Frank Thiele", "mail", "Delivery notes for the council", "Wants the order number on each note.",
     ("Ohne Bestellnummer auf dem Lieferschein kann ich nichts freigeben.",), "Order number on delivery notes"),
    (23, "ben", "Nele Petersen", "chat", "Which hose fits", "Solved in five minutes with a photo.",
     ("Super, dass mir jemand ein Bild geschickt hat.",), ""),
    (16, "mehmet", "Sabine Krüger", "call", "Nothing ordered since summer", "Did not reach her; the office says she is "
     "“looking around”.", (), "Visit her before the season"),
    (9, "chloe", "Luc Perrin", "visit", "Controllers", "Tries two controllers until spring.",
     ("L’application perd le réglage quand le réseau tombe.",), "Ask development about the lost settings"),
    (4, "ana", "Katrin Holzapfel", "call", "Pilot of the new valves", "Content so far; wants to be asked again in spring.",
     ("Bisher kein einziges undicht. Fragen Sie mich im Mai noch mal.",), ""),
)  # fmt: skip
DONE_UNTIL = 50  # days ago: what was promised before then has been done


class Talks:
    """Plays those who listen, and write it down within a day."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self.stage, self.cast = stage, cast

    def plan(self) -> None:
        """Each conversation on its day, typed some hours later."""
        for talk in TALKS:
            happened = self.stage.days_ago(talk[0], 8 + talk[0] % 7, talk[0] % 12 * 5)
            typed = happened + timedelta(minutes=35 + talk[0] % 4 * 40)
            self.stage.plan(typed, partial(self.log, talk, happened))

    def log(self, talk: Talk, happened: datetime, at: datetime) -> None:
        """What was said; the first words of some become feedback, what was promised a task."""
        days, key, name, how, subject, notes, words, promised = talk
        by, person = self.cast.members[key], person_of(name)
        conversation = log_conversation(
            how,
            by,
            at=at,
            happened_at=happened,
            person=person,
            subject=subject,
            notes=notes,
            words=words,
            language=person.language,
        )
        if promised:
            due = (at + timedelta(days=21)).date()
            task = follow_up(conversation, promised, by, at=at, owner=by, due_on=due)
            if days > DONE_UNTIL:
                self.stage.plan(
                    at + timedelta(days=12), lambda then: end_task(Task.objects.get(pk=task.pk), by, at=then)
                )
        if days % 4 != 1:
            for heard in HeardWords.objects.filter(conversation=conversation).order_by("pk")[:1]:
                said = hear_words(heard, by, at=at + timedelta(minutes=4))
                if days > DONE_UNTIL:
                    self.settle(said.pk, by, at + timedelta(days=9))

    def settle(self, pk: int, by: Member, moment: datetime) -> None:
        """Somebody has looked after what was said."""
        note = "Talked about with the team."
        self.stage.plan(moment, lambda at: handle(Statement.objects.get(pk=pk), by, at=at, note=note))
