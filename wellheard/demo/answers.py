"""What customers answer, month by month, and what the team does with every complaint that comes of it."""

from datetime import datetime, timedelta

from wellheard.cases.actions import acknowledge, answer, assess, close, investigate, open_case, say_settled
from wellheard.cases.models import Case
from wellheard.core.actors import Public
from wellheard.customers.models import Person
from wellheard.customers.segmenting.membership import segments_at
from wellheard.demo.cast import DIRECTOR, Cast
from wellheard.demo.stage import Stage
from wellheard.demo.words import (
    ANSWERS,
    APP,
    CAUSES,
    DRIP,
    GOOD,
    HOTLINE,
    LATE,
    MIXED,
    PAPER,
    SAID,
    TITLES,
    VALVES,
    WRONG,
)
from wellheard.feedback.actions import handle
from wellheard.feedback.models import Statement
from wellheard.measures.actions import count_volume
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Survey
from wellheard.surveys.storing import NewResponse, store

Given = tuple[int, int | None, str | None]
TRAYS_SINCE = 10  # months ago: from then on valves travel in moulded trays
DRIP_SINCE = 2  # months ago: the first connectors of the bad lot
NOON_SINCE = 4  # months ago: two people on the hotline at noon


class Answers:
    """Plays the customers and the front line."""

    def __init__(self, stage: Stage, cast: Cast, delivery: Survey, support: Survey) -> None:
        self.stage, self.cast, self.delivery, self.support = stage, cast, delivery, support
        self.asked = {survey.pk: {each.key: each.pk for each in survey.asked()} for survey in (delivery, support)}
        self.last_case = 0
        self.owed = dict.fromkeys(cast.sites, 0.5)  # contented answers after a call that are still to come, by site

    def plan(self) -> None:
        """Every month's answers, calls and orders."""
        for back in range(self.stage.months, -1, -1):
            for _ in range(self.stage.die.randrange(52, 66)):
                self.stage.plan(self.stage.some_moment(back), self.after_delivery)
            for _ in range(self.stage.die.randrange(30, 38)):
                self.stage.plan(self.stage.some_moment(back), self.after_support)
            for _ in range(self.valve_calls(back)):
                self.stage.plan(self.stage.some_moment(back), self.valve_call)
            self.stage.plan(self.stage.within(back - 1, 2, 9), self.count_orders)

    def valve_calls(self, back: int) -> int:
        """How many call about cracked valves that month: about seven before the trays, fewer than half since."""
        usual = 1.7 if back < TRAYS_SINCE else 6.6
        if back == TRAYS_SINCE + 1:
            usual = 12  # the month that raised the alarm
        return max(0, round(self.stage.die.gauss(usual, 1.4)))

    # ---- answers ----

    def topic(self, at: datetime, site: str) -> str:
        """What a dissatisfied customer of that time and place is dissatisfied with."""
        die, months_ago = self.stage.die, (self.stage.now - at).days / 30.4
        weights = {LATE: 4.0, HOTLINE: 4.0 if months_ago > NOON_SINCE else 2.0, APP: 2.0, WRONG: 1.5, PAPER: 1.5}
        weights[VALVES] = (1.0 if months_ago < TRAYS_SINCE else 3.0) * (1.5 if site == "Lyon" else 0.7)
        if months_ago < DRIP_SINCE:
            weights[DRIP] = 7.0 if site == "Leipzig" else 1.0
        return die.choices(list(weights), list(weights.values()))[0]

    def someone(self, site: str) -> Person:
        return self.stage.die.choice(self.cast.people[site])

    def after_delivery(self, at: datetime) -> None:
        """One answer after a delivery: a score, how satisfied, and perhaps why."""
        die = self.stage.die
        site = die.choices(["Leipzig", "Lyon"], [5, 4])[0]
        person = self.someone(site)
        bad = 0.17 + (0.05 if (self.stage.now - at).days < 50 and site == "Leipzig" else 0)
        mood = die.random()
        if mood < bad:
            score, satisfied, topic = (
                die.choice((0, 1, 2, 3, 3, 4, 5, 5, 6, 6)),
                die.choice((1, 2, 2, 3)),
                self.topic(at, site),
            )
        elif mood < bad + 0.29:
            score, satisfied, topic = die.choice((7, 8, 8)), die.choice((3, 4, 4)), MIXED
        else:
            score, satisfied, topic = die.choice((9, 9, 10, 10, 10)), die.choice((4, 5, 5)), GOOD
        words = self.words(topic, person) if die.random() < (0.8 if topic not in (GOOD, MIXED) else 0.4) else ""
        asked = self.asked[self.delivery.pk]
        answers: list[Given] = [(asked["recommend"], score, None), (asked["delivery"], satisfied, None)]
        if words:
            answers.append((asked["why"], None, words))
        self.keep(self.delivery, at, site, person, answers, words, topic)

    def after_support(self, at: datetime) -> None:
        """One answer after a call: how satisfied, rarely why."""
        die = self.stage.die
        site = die.choices(["Leipzig", "Lyon"], [5, 4])[0]
        person = self.someone(site)
        good = 0.82 if (self.stage.now - at).days < NOON_SINCE * 30 and site == "Leipzig" else 0.73
        # The share is kept to the answer: else the die, not the story, would decide what the verdicts about it say.
        self.owed[site] += good
        is_content = self.owed[site] >= 1
        self.owed[site] -= is_content
        satisfied = die.choice((4, 4, 5, 5, 5)) if is_content else die.choice((1, 2, 3, 3))
        topic = GOOD if satisfied > 3 else HOTLINE
        words = self.words(topic, person) if die.random() < 0.16 else ""
        asked = self.asked[self.support.pk]
        answers: list[Given] = [(asked["satisfied"], satisfied, None)]
        if words:
            answers.append((asked["why"], None, words))
        self.keep(self.support, at, site, person, answers, words, topic)

    def words(self, topic: str, person: Person) -> str:
        said = SAID[topic]
        return self.stage.die.choice(said.get(person.language or "en") or said["en"])

    def keep(
        self,
        survey: Survey,
        at: datetime,
        site: str,
        person: Person,
        answers: list[Given],
        words: str,
        topic: str,
    ) -> None:
        """Store the answer; words are heard at once, as the worker would do."""
        account = person.account
        segment = account.segment.name if account and account.segment else ""
        new = NewResponse.of(
            survey,
            at=at,
            channel="mail",
            answers=tuple(answers),
            language=person.language,
            segment=segment,
            segments=tuple(segments_at(account, person, at)),
            site_id=self.cast.sites[site].pk,
            person_id=person.pk,
            account_id=account.pk if account else None,
            noticed_at=None if words else at,
        )
        store([new])
        if not words:
            return
        notice_waiting(at=at)
        statement = Statement.objects.order_by("-pk").first()
        case = Case.objects.filter(pk__gt=self.last_case).order_by("pk").first()
        if case is not None:
            self.last_case = case.pk
            self.handle_case(case, topic, at)
        if statement is not None and (topic not in (GOOD, MIXED) or self.stage.die.random() < 0.6):
            by = self.cast.chloe if site == "Lyon" else self.cast.ben
            self.stage.plan(
                self.stage.working(at, self.stage.die.uniform(2, 40)), lambda when: self.look_after(statement, by, when)
            )

    def look_after(self, statement: Statement, by: object, at: datetime) -> None:
        statement.refresh_from_db()
        if statement.status == "new":
            handle(statement, by, at=at, note="Called back.")  # type: ignore[arg-type]

    # ---- complaints ----

    def valve_call(self, at: datetime) -> None:
        """Someone calls because valves arrived cracked; the front line writes it down."""
        site = self.stage.die.choices(["Lyon", "Leipzig"], [3, 1])[0]
        person = self.someone(site)
        by = self.cast.chloe if site == "Lyon" else self.cast.ben
        typed = at + timedelta(minutes=12)
        case = open_case(
            TITLES[VALVES],
            by,
            at=typed,
            site=self.cast.sites[site],
            words=self.words(VALVES, person),
            person=person,
            channel="phone",
            received_at=at,
            remedy_sought=self.stage.die.choice(("Remplacement", "Ersatz", "", "")),
        )
        self.last_case = max(self.last_case, case.pk)
        self.handle_case(case, VALVES, typed)

    def handle_case(self, case: Case, topic: str, at: datetime) -> None:
        """Plan what the team does with it. Most in time, some not, the newest not yet."""
        die, stage = self.stage.die, self.stage
        slow = die.random() < 0.08
        acknowledged = stage.working(at, die.uniform(30, 60) if slow else die.uniform(0.5, 7))
        assessed = stage.working(acknowledged, die.uniform(0.5, 5))
        found = stage.working(assessed, die.uniform(2, 26))
        answered = stage.working(found, die.uniform(60, 140) if slow else die.uniform(1, 20))
        closed = stage.working(answered, die.uniform(100, 260))
        finding = die.choices(["upheld", "partly", "not upheld"], [8, 2, 1])[0]
        by = case.owner or self.cast.ana
        pk = case.pk

        def fresh() -> Case:
            return Case.objects.get(pk=pk)

        def do_acknowledge(when: datetime) -> None:
            record = fresh()
            acknowledge(record, by, at=when, how="" if record.contact_email else "phone")

        def do_assess(when: datetime) -> None:
            severity = 3 if topic == DRIP else die.choice((1, 2, 2))
            assess(fresh(), by, at=when, severity=severity, note="Nobody is in danger.", impact="A job had to wait.")

        def do_investigate(when: datetime) -> None:
            investigate(
                fresh(), by, at=when, findings="Order, packing and delivery checked.", cause_words=CAUSES[topic]
            )

        def do_answer(when: datetime) -> None:
            record = fresh()
            text = ANSWERS.get(record.language, ANSWERS["en"])[finding].format(cause=CAUSES[topic])
            remedies = [
                {
                    "asked": record.remedy_sought or "To be put right",
                    "decided": "Replaced, free of charge",
                    "when": "with this answer",
                }
            ]
            answer(
                record,
                by,
                at=when,
                finding=finding.replace(" ", "_"),
                text=text,
                remedies=remedies if finding == "upheld" else [],
                how="" if record.contact_email else "phone",
            )
            if die.random() < 0.3:
                stage.plan(when + timedelta(hours=30), lambda then: self.settled(pk, then))

        def do_close(when: datetime) -> None:
            record = fresh()
            if record.status == "answered":
                close(record, by, at=when, outcome="content" if record.settled == "yes" else "no_word")

        for moment, happening in (
            (acknowledged, do_acknowledge),
            (assessed, do_assess),
            (found, do_investigate),
            (answered, do_answer),
            (closed, do_close),
        ):
            stage.plan(moment, happening)

    def settled(self, pk: int, at: datetime) -> None:
        """The customer says on the status page that it is settled."""
        case = Case.objects.get(pk=pk)
        if case.status == "answered" and not case.settled:
            say_settled(case, Public(f"case:{pk}"), at=at)

    # ---- orders ----

    def count_orders(self, at: datetime) -> None:
        """The orders of the month before, by site."""
        month = (at.date().replace(day=1) - timedelta(days=1)).replace(day=1)
        season = (0.8, 0.85, 1.05, 1.2, 1.25, 1.2, 1.0, 0.95, 1.0, 0.95, 0.9, 0.8)[month.month - 1]
        for name, usual in (("Leipzig", 1450), ("Lyon", 1180)):
            orders = round(usual * season * self.stage.die.uniform(0.96, 1.04))
            count_volume("orders", month, orders, DIRECTOR, at=at, site=self.cast.sites[name], source="order system")
