"""Loading the demo: eighteen months, played in the order in which they would have happened. The same day gives the same story."""

from datetime import datetime, timedelta

from django.db.models import F

from wellheard.cases.actions import set_promise
from wellheard.core.jobs import seal_rows
from wellheard.core.models import OutboxMessage
from wellheard.core.trail.checkpoints import take_checkpoint
from wellheard.customers.actions import set_up_purposes
from wellheard.demo.answers import Answers
from wellheard.demo.buying import Buying
from wellheard.demo.care import Care
from wellheard.demo.cast import DIRECTOR, Cast, cast
from wellheard.demo.groups import Groups
from wellheard.demo.knowing import Knowing
from wellheard.demo.messages import Messages
from wellheard.demo.parties import Parties
from wellheard.demo.plot import Plot
from wellheard.demo.stage import Stage
from wellheard.demo.talks import Talks
from wellheard.demo.today import Today
from wellheard.feedback.actions import add_rule
from wellheard.surveys.actions import NewQuestion, create_survey, open_survey
from wellheard.surveys.models import Survey

DEMO_PASSWORD = "well heard, well done"  # noqa: S105  it is printed at every start of the demo


def load_demo(now: datetime) -> int:
    """Play the demo into an empty database; gives how many things happened in it."""
    stage = Stage(now)
    people = cast(stage, DEMO_PASSWORD)
    set_up_purposes(DIRECTOR, at=stage.at(stage.began, 9))
    delivery, support = _surveys(stage, people)
    _rules(stage, people)
    answers = Answers(stage, people, delivery, support)
    answers.plan()
    Plot(stage, people, support, DEMO_PASSWORD).plan()
    Knowing(stage, people).plan()
    Buying(stage, people).plan()
    Talks(stage, people).plan()
    Groups(stage, people).plan()
    Parties(stage, people, delivery, support).plan()
    Messages(stage, people).plan()
    Care(stage, people).plan()
    Today(stage, people, answers).plan()
    played = stage.play()
    _lay_mails_aside()
    seal_rows()
    take_checkpoint(DIRECTOR, at=now)
    return played


def _surveys(stage: Stage, people: Cast) -> tuple[Survey, Survey]:
    at = stage.at(stage.began, 10)
    languages = ("en", "de", "fr")
    delivery = create_survey(
        "After delivery",
        [
            NewQuestion(
                kind="nps",
                key="recommend",
                required=True,
                texts={
                    "en": "How likely are you to recommend Rosetau to a friend or colleague?",
                    "de": "Wie wahrscheinlich ist es, dass Sie Rosetau weiterempfehlen?",
                    "fr": "Dans quelle mesure recommanderiez-vous Rosetau à un ami ou collègue ?",
                },
                low_words={"en": "not at all", "de": "gar nicht", "fr": "pas du tout"},
                high_words={"en": "certainly", "de": "ganz sicher", "fr": "certainement"},
            ),
            NewQuestion(
                kind="csat",
                key="delivery",
                texts={
                    "en": "How satisfied are you with this delivery?",
                    "de": "Wie zufrieden sind Sie mit dieser Lieferung?",
                    "fr": "Êtes-vous satisfait de cette livraison ?",
                },
                low_words={"en": "not at all", "de": "gar nicht", "fr": "pas du tout"},
                high_words={"en": "very", "de": "sehr", "fr": "très"},
            ),
            NewQuestion(
                kind="text",
                key="why",
                texts={
                    "en": "What is the main reason?",
                    "de": "Was ist der wichtigste Grund?",
                    "fr": "Quelle en est la raison principale ?",
                },
            ),
        ],
        people.ana,
        at=at,
        languages=languages,
    )
    support = create_survey(
        "After a call",
        [
            NewQuestion(
                kind="csat",
                key="satisfied",
                required=True,
                texts={
                    "en": "How satisfied are you with the help on the phone?",
                    "de": "Wie zufrieden sind Sie mit der Hilfe am Telefon?",
                    "fr": "Êtes-vous satisfait de l’aide au téléphone ?",
                },
                low_words={"en": "not at all", "de": "gar nicht", "fr": "pas du tout"},
                high_words={"en": "very", "de": "sehr", "fr": "très"},
            ),
            NewQuestion(
                kind="text",
                key="why",
                texts={
                    "en": "What should we do better?",
                    "de": "Was sollen wir besser machen?",
                    "fr": "Que devons-nous améliorer ?",
                },
            ),
        ],
        people.ana,
        at=at,
        languages=languages,
    )
    open_survey(delivery, people.ana, at=at)
    open_survey(support, people.ana, at=at)
    create_survey(
        "The first thirty days",
        [NewQuestion(kind="nps", texts={"en": "How likely are you to recommend us, after your first month?"})],
        people.ines,
        at=stage.now - timedelta(days=3),
        languages=("en",),
    )
    return delivery, support


def _rules(stage: Stage, people: Cast) -> None:
    at = stage.at(stage.began, 11)
    set_promise(
        "Decided in the management meeting",
        people.ana,
        at=at,
        acknowledge=(1, "working_days"),
        answer=(5, "working_days"),
        valid_from=stage.began,
    )
    add_rule(
        "Unhappy, and says why",
        people.ana,
        at=at,
        conditions={"scale": "nps", "at_most": 6, "has_words": True},
        reactions=["alert_owner"],
        promised_minutes=480,
    )
    add_rule(
        "Very unhappy after a delivery",
        people.ana,
        at=at,
        conditions={"scale": "nps", "at_most": 4, "has_words": True},
        reactions=["open_case"],
    )


def _lay_mails_aside() -> None:
    """The story's mails were “sent” when they were written. None of them may ever leave for real."""
    OutboxMessage.objects.filter(status=OutboxMessage.Status.WAITING).update(
        status=OutboxMessage.Status.SENT, sent_at=F("written_at"), next_try_at=None, tries=1
    )
