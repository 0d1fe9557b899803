"""The four corrective actions of the demo: one worked, one did not help, one can't be told yet, one has only begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from wellheard.cases.models import Case
from wellheard.core.links import link
from wellheard.core.models import Site
from wellheard.demo.cast import Cast
from wellheard.demo.stage import Stage
from wellheard.demo.words import CAUSES, DRIP, PAPER, VALVES
from wellheard.feedback.actions import publish, tell_everyone, write_notice
from wellheard.improvement.actions import (
    add_why,
    close,
    find_cause,
    finish,
    judge,
    lock_plan,
    open_action,
    open_analysis,
    plan_effectiveness,
    sign_verdict,
    start,
)
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction
from wellheard.surveys.models import Survey

Whys = tuple[tuple[str, str], ...]  # why, how we know

TRAY_WHYS: Whys = (
    ("The valves knock against each other in the box", "Drop test with ten boxes: 9 of 10 showed marks at the threads"),
    ("They lie loose: the padding moved to the upper layer", "Packing instruction 4.2, photos from both sites"),
    (
        "The box was made for metal valves; the new ones are of plastic",
        "Drawing of the box from 2019, before the change",
    ),
    ("A change of material does not lead to a check of the packing", "Change form 7: packing is not among the points"),
)
DRIP_WHYS: Whys = (
    ("The seal comes off the ring when it gets warm", "Six returned connectors of lot 2610-B, all at the glued seam"),
    ("The glue had not set fully", "Pull test: 14 N where 40 N are asked"),
    ("It was glued below 15 °C", "Hall log of week 40: 11 to 13 °C on two mornings"),
)
PAPER_WHYS: Whys = (
    ("People fit the parts without having read how", "Nine of twelve callers had no network on site"),
    ("The instructions are online only", "Since the change of packaging in spring"),
)
NOON_WHYS: Whys = (
    ("At noon one person answers for both sites", "Duty roster, January to April"),
    ("The roster follows our lunch, not our customers’ calls", "Calls by hour: a third between 12 and 14"),
)
TRAY_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "headline": "Valves now travel in moulded trays",
        "said": "Valves arrived cracked; they lay loose in the box.",
        "did": "Every valve has a place of its own in the box now. Far fewer arrive cracked than last year. We keep counting.",
    },
    "de": {
        "headline": "Ventile reisen jetzt in Formschalen",
        "said": "Ventile kamen gesprungen an; sie lagen lose im Karton.",
        "did": "Jedes Ventil hat jetzt seinen eigenen Platz im Karton. Viel weniger kommen gesprungen an als im Vorjahr. Wir zählen weiter.",
    },
    "fr": {
        "headline": "Les vannes voyagent désormais dans des plateaux moulés",
        "said": "Des vannes arrivaient fêlées ; elles étaient en vrac dans le carton.",
        "did": "Chaque vanne a maintenant sa place dans le carton. Bien moins arrivent fêlées que l’an dernier. Nous continuons à compter.",
    },
}
PAPER_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "headline": "Paper instructions back in the box",
        "said": "There were no paper instructions any more.",
        "did": "Calls about fitting stayed the same. We are now rewriting the first page, and will ask you again.",
    },
    "de": {
        "headline": "Wieder eine Anleitung aus Papier im Karton",
        "said": "Es lag keine Anleitung aus Papier mehr bei.",
        "did": "Die Anrufe zum Einbau blieben gleich. Jetzt schreiben wir die erste Seite neu und fragen Sie wieder.",
    },
}


class Plot:
    """Plays the quality side."""

    def __init__(self, stage: Stage, cast: Cast, support: Survey, password: str) -> None:
        self.stage, self.cast, self.support, self.password = stage, cast, support, password
        self.analyses: dict[str, CauseAnalysis] = {}
        self.actions: dict[str, CorrectiveAction] = {}

    def plan(self) -> None:
        """When what happens; the answers and complaints that it rests on are played beside it."""
        self._trays()
        self._paper()
        self._noon()
        self._drip()

    # ---- it worked ----

    def _trays(self) -> None:
        within, cast = self.stage.within, self.cast
        self.stage.plan(
            within(11, 14),
            lambda at: self.analyse(
                "trays", VALVES, "Valves crack on the way", "Valves arrive cracked, most of them at Lyon.", at
            ),
        )
        self.stage.plan(
            within(11, 19, 15),
            lambda at: self.find(
                "trays", TRAY_WHYS, "A change of material does not lead to a check of the packing", at
            ),
        )
        self.stage.plan(
            within(11, 20, 9),
            lambda at: self.act(
                "trays",
                "Pack valves in moulded trays",
                "A moulded tray for each box size; the change form gets a point for packing.",
                at,
                owner="jonas",
                indicator="cases.complaints",
                scope={"cause": CAUSES[VALVES]},
                baseline=(self.stage.months, 12),
                follow_up=(9, 2),
                worthwhile="0.67",
                trigger=11,
            ),
        )
        self.stage.plan(within(11, 24, 14), lambda at: start(self.again("trays"), cast.jonas, at=at))
        self.stage.plan(within(10, 12, 16), lambda at: finish(self.again("trays"), cast.jonas, at=at))
        self.stage.plan(within(1, 3, 6), lambda at: self.judge("trays", at))
        self.stage.plan(within(1, 4, 11), lambda at: self.sign("trays", at))
        self.stage.plan(within(1, 5, 10), lambda at: self.tell("trays", TRAY_TEXTS, "worked", at))

    # ---- it did not help ----

    def _paper(self) -> None:
        within, cast = self.stage.within, self.cast
        self.stage.plan(
            within(12, 6),
            lambda at: self.analyse(
                "paper", PAPER, "Parts are fitted without the instructions", "Many callers never saw them.", at
            ),
        )
        self.stage.plan(
            within(12, 10, 15),
            lambda at: self.find("paper", PAPER_WHYS, "The instructions are out of reach on a building site", at),
        )
        self.stage.plan(
            within(12, 11, 9),
            lambda at: self.act(
                "paper",
                "Paper instructions back in the box",
                "A folded sheet with pictures in every box of connectors and valves.",
                at,
                owner="jonas",
                indicator="surveys.csat",
                scope={"survey": str(self.support.pk)},
                baseline=(self.stage.months, 13),
                follow_up=(10, 5),
                worthwhile="0.1",
                trigger=None,
            ),
        )
        self.stage.plan(within(12, 15, 14), lambda at: start(self.again("paper"), cast.jonas, at=at))
        self.stage.plan(within(11, 20, 16), lambda at: finish(self.again("paper"), cast.jonas, at=at))
        self.stage.plan(within(4, 2, 6), lambda at: self.judge("paper", at))
        self.stage.plan(within(4, 4, 11), lambda at: self.sign("paper", at))
        self.stage.plan(within(4, 8, 10), lambda at: self.tell("paper", PAPER_TEXTS, "did_not_work", at))

    # ---- cannot tell yet ----

    def _noon(self) -> None:
        within, cast = self.stage.within, self.cast
        self.stage.plan(
            within(5, 5),
            lambda at: self.analyse(
                "noon", "hotline", "Nobody picks up at noon", "Customers wait on the phone at noon, or give up.", at
            ),
        )
        self.stage.plan(
            within(5, 9, 15), lambda at: self.find("noon", NOON_WHYS, "The roster follows our lunch, not the calls", at)
        )
        self.stage.plan(
            within(5, 10, 9),
            lambda at: self.act(
                "noon",
                "Two people on the hotline from 12 to 14",
                "The roster is made from the calls by the hour; Leipzig and Lyon stand in for each other.",
                at,
                owner="mehmet",
                indicator="surveys.csat",
                scope={"survey": str(self.support.pk)},
                baseline=(12, 6),
                follow_up=(3, -2),
                worthwhile="0.08",
                trigger=None,
            ),
        )
        self.stage.plan(within(5, 16, 14), lambda at: start(self.again("noon"), cast.mehmet, at=at))
        self.stage.plan(within(4, 3, 16), lambda at: finish(self.again("noon"), cast.mehmet, at=at))
        self.stage.plan(within(1, 10, 6), lambda at: self.judge("noon", at))

    # ---- only begun ----

    def _drip(self) -> None:
        when = self.stage.working(self.stage.now - timedelta(days=9), 1)
        self.stage.plan(
            when,
            lambda at: self.analyse(
                "drip", DRIP, "Connectors of lot 2610-B drip", "Connectors C12 drip about two weeks after fitting.", at
            ),
        )
        self.stage.plan(self.stage.working(when, 40), lambda at: self.ask_why("drip", DRIP_WHYS, at, ends=False))

    # ---- the steps ----

    def analyse(self, key: str, topic: str, title: str, problem: str, at: datetime) -> None:
        """Open the analysis from the newest complaint with that cause; the others of that cause are linked, too."""
        cases = self.complaints_about(topic, at)
        site = self.cast.sites["Lyon" if key == "trays" else "Leipzig"]
        origin = cases[0] if cases else None
        self.analyses[key] = open_analysis(
            title, problem, self.cast.ana, at=at, origin=origin, site=site, owner=self.cast.ana
        )
        for case in cases[1:]:
            link(case, self.analyses[key], "analysed", self.cast.ana, at=at)

    def complaints_about(self, topic: str, at: datetime) -> list[Case]:
        """The complaints of the last ten weeks with this cause, newest first."""
        words = CAUSES.get(topic, topic)
        since = at - timedelta(days=70)
        return list(Case.objects.filter(cause_words=words, received_at__gte=since).order_by("-received_at")[:40])

    def ask_why(self, key: str, whys: Whys, at: datetime, *, ends: bool) -> None:
        """One why under the other; the last is the root."""
        parent = None
        for place, (text, evidence) in enumerate(whys):
            parent = add_why(
                self.analyses[key],
                text,
                self.cast.ana,
                at=at,
                parent=parent,
                evidence=evidence,
                therefore_holds=True,
                is_root=ends and place == len(whys) - 1,
            )

    def find(self, key: str, whys: Whys, cause: str, at: datetime) -> None:
        self.ask_why(key, whys, at, ends=True)
        find_cause(self.analyses[key], cause, self.cast.ana, at=at)

    def act(
        self,
        key: str,
        title: str,
        what: str,
        at: datetime,
        *,
        owner: str,
        indicator: str,
        scope: dict[str, str],
        baseline: tuple[int, int],
        follow_up: tuple[int, int],
        worthwhile: str,
        trigger: int | None,
    ) -> None:
        """Open the action, write its plan, lock it. Months are counted back from the present one."""
        month, analysis = self.stage.month, self.analyses[key]
        action = open_action(
            title, what, self.cast.ana, at=at, origin=analysis, owner=self.cast.members[owner], site=self.site(analysis)
        )
        plan_effectiveness(
            action,
            self.cast.ana,
            at=at + timedelta(hours=1),
            indicator=indicator,
            scope=scope,
            baseline_from=month(baseline[0]),
            baseline_to=month(baseline[1] - 1) - timedelta(days=1),
            settling_until=month(follow_up[0]) - timedelta(days=1),
            follow_up_from=month(follow_up[0]),
            follow_up_to=month(follow_up[1] - 1) - timedelta(days=1),
            smallest_worthwhile=worthwhile,
            verifier=self.cast.ana,
            trigger_on=month(trigger) if trigger is not None else None,
        )
        lock_plan(action, self.cast.ana, at=at + timedelta(hours=2))
        self.actions[key] = action

    def site(self, analysis: CauseAnalysis) -> Site:
        return analysis.site or self.cast.sites["Leipzig"]

    def again(self, key: str) -> CorrectiveAction:
        return CorrectiveAction.objects.get(pk=self.actions[key].pk)

    def judge(self, key: str, at: datetime) -> None:
        judge(self.again(key), self.cast.ana, at=at)

    def sign(self, key: str, at: datetime) -> None:
        verdict = self.again(key).verdict
        if verdict is not None:
            sign_verdict(verdict, self.cast.ana, at=at, password=self.password)
            close(self.again(key), self.cast.ana, at=at + timedelta(hours=1))

    def tell(self, key: str, texts: Mapping[str, Mapping[str, str]], outcome: str, at: datetime) -> None:
        notice = write_notice(self.again(key), texts, outcome, self.cast.ana, at=at)
        publish(notice, self.cast.ana, at=at + timedelta(minutes=20))
        tell_everyone(notice, self.cast.ana, at=at + timedelta(minutes=30))
