from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from wellheard.conftest import Arranging
from wellheard.core.action import acting
from wellheard.core.actors import System
from wellheard.core.errors import NotAllowed, Refusal, WrongStatus
from wellheard.core.links import key_of, link, linked
from wellheard.core.models import Member, Organisation, OutboxMessage, RoleGrant, Site, Task, TrailEntry
from wellheard.core.outbox import send_waiting
from wellheard.core.thread import thread_of
from wellheard.customers.actions import add_person, change_person
from wellheard.customers.addresses import Stop, stop_of
from wellheard.customers.models import Person
from wellheard.feedback.actions import (
    add_voice,
    change_notice,
    publish,
    take_back,
    tell_everyone,
    told_by_hand,
    write_notice,
)
from wellheard.feedback.models import Notice, Telling
from wellheard.feedback.telling import Audience, audience_of
from wellheard.feedback.tests.conftest import Hearing
from wellheard.feedback.voices import behind, behind_one
from wellheard.improvement.actions import open_action, open_analysis
from wellheard.improvement.after import follow_closing
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction

pytestmark = pytest.mark.django_db

TEXTS = {
    "en": {"headline": "The tap is at the front", "said": "I cannot reach the tap.", "did": "We moved it."},
    "de": {
        "headline": "Der Hahn ist jetzt vorn",
        "said": "Ich komme nicht an den Hahn.",
        "did": "Er sitzt jetzt vorn.",
    },
}


@pytest.fixture
def analysis(ana: Member, leipzig: Site, organisation: Organisation, now: datetime) -> CauseAnalysis:
    return open_analysis("Tap out of reach", "It sits behind the timer.", ana, at=now, site=leipzig)


@pytest.fixture
def moved_tap(analysis: CauseAnalysis, ana: Member, now: datetime) -> CorrectiveAction:
    return open_action("Move the tap", "To the front.", ana, at=now, origin=analysis)


@pytest.fixture
def draft(moved_tap: CorrectiveAction, ana: Member, now: datetime) -> Notice:
    return write_notice(moved_tap, TEXTS, "worked", ana, at=now)


@pytest.fixture
def notice(draft: Notice, ana: Member, now: datetime) -> Notice:
    return publish(draft, ana, at=now)


def spoke(
    name: str, ana: Member, now: datetime, heard: Hearing, matter: CorrectiveAction, words: str = "", **details: Any
) -> Person:
    """Someone who said something that the matter is about."""
    person = add_person(name, ana, at=now, **details)
    add_voice(heard(words or "Too far away.", person=person), matter, ana, at=now)
    return person


def test_a_notice_is_linked_to_what_it_tells_about(
    draft: Notice, moved_tap: CorrectiveAction, ana: Member, leipzig: Site
):
    assert [(each.link.role, each.other) for each in linked(draft, ana)] == [("told by", moved_tap)]
    assert (draft.site, draft.status, draft.language, str(draft)) == (leipzig, "draft", "en", "The tap is at the front")


def test_everyone_in_the_thread_is_told_once_and_nobody_beside_it(
    notice: Notice,
    moved_tap: CorrectiveAction,
    analysis: CauseAnalysis,
    heard: Hearing,
    ana: Member,
    cleo: Person,
    now: datetime,
):
    """response → statement → (case, here an analysis of another) → analysis → action; and a voice added by hand."""
    far = heard("Zu weit weg, ich komme mit der Hand nicht an den Hahn heran.", person=cleo, origin=cleo)
    link(far, analysis, "analysed", ana, at=now)
    marc = spoke("Marc", ana, now, heard, moved_tap, email="marc@customer.example")
    other = open_action("Warm the glue", "Above 15 °C.", ana, at=now, origin=analysis)
    spoke("Someone else", ana, now, heard, other, email="other@customer.example")

    first = tell_everyone(notice, ana, at=now)
    second = tell_everyone(notice, ana, at=now)

    assert [(each.person, each.language) for each in first.by_mail] == [(cleo, "de"), (marc, "en")]
    assert (second.by_mail, second.told) == ([], 2)
    assert list(Telling.objects.order_by("person__name").values_list("person__name", "way", "language", "told_at")) == [
        ("Cleo Holzapfel", "mail", "de", now),
        ("Marc", "mail", "en", now),
    ]
    assert sorted(
        OutboxMessage.objects.filter(purpose="you said, we did").values_list("to", "subject", "language")
    ) == [
        ("cleo@holzapfel.example", "Der Hahn ist jetzt vorn", "de"),
        ("marc@customer.example", "The tap is at the front", "en"),
    ]
    assert Notice.objects.get().status == "told"


def test_the_mail_tells_what_became_of_it_and_quotes_no_person(
    notice: Notice,
    moved_tap: CorrectiveAction,
    heard: Hearing,
    ana: Member,
    now: datetime,
    settings,
    mailoutbox: list[Any],
):
    settings.PUBLIC_URL = "https://rosetau.example"
    private = "My mother’s name is Wilhelmina."
    marc = spoke("Marc", ana, now, heard, moved_tap, words=private, email="marc@customer.example")

    tell_everyone(notice, ana, at=now)
    send_waiting()

    (mail,) = [mail for mail in mailoutbox if mail.to == ["marc@customer.example"]]
    assert mail.body.startswith(
        "Marc,\n\nThe tap is at the front\n\nYou said:\nI cannot reach the tap.\n\nWhat became of it:\nWe moved it.\n\n"
    )
    assert "https://rosetau.example/told/?lang=en" in mail.body
    assert "Wilhelmina" not in mail.body
    token = mail.body.partition("/u/")[2].partition("/")[0]
    assert stop_of(token) == Stop(marc, "news")
    assert f"/u/{token}/" in mail.extra_headers["List-Unsubscribe"]
    assert "https://rosetau.example/m/" in mail.body


def test_who_joins_later_is_told_as_well_and_nobody_twice(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime
):
    spoke("Marc", ana, now, heard, moved_tap, email="marc@customer.example")
    tell_everyone(notice, ana, at=now)
    later = spoke("Late", ana, now, heard, moved_tap, email="late@customer.example")

    audience = tell_everyone(notice, ana, at=now)

    assert [each.person for each in audience.by_mail] == [later]
    assert Telling.objects.count() == 2


def test_who_can_not_be_told_is_counted_with_the_reason(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime
):
    by_hand = spoke("No Address", ana, now, heard, moved_tap)
    spoke("No News", ana, now, heard, moved_tap, email="no@customer.example", wants_no_mail=True)
    add_voice(heard("Too far away."), moved_tap, ana, at=now)
    add_voice(heard("Far."), moved_tap, ana, at=now)

    audience = tell_everyone(notice, ana, at=now)

    assert (audience.by_mail, [each.person for each in audience.by_hand]) == ([], [by_hand])
    assert audience.left_out == {"no news by mail wanted": 1, "left no name": 2}
    assert (audience.voices, audience_of(notice).told) == (4, 0)
    task = Task.objects.get(verb="tell_by_hand")
    assert (task.owner, task.title, task.url) == (
        ana,
        "Tell one person by hand: The tap is at the front",
        notice.get_absolute_url(),
    )


def test_telling_by_hand_ends_the_task_with_the_last_person(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, ben: Member, now: datetime
):
    for name in ("First", "Second"):
        spoke(name, ana, now, heard, moved_tap)
    tell_everyone(notice, ana, at=now)
    first, second = Telling.objects.order_by("pk")

    told_by_hand(first, ben, at=now)
    before = Task.objects.get(verb="tell_by_hand").status
    told_by_hand(second, ben, at=now)

    assert (before, Task.objects.get(verb="tell_by_hand").status) == ("open", "done")
    assert audience_of(notice).told == 2
    with pytest.raises(Refusal, match="has been told already"):
        told_by_hand(first, ben, at=now)


def test_the_language_is_that_of_the_last_words_then_what_they_prefer_then_our_own(
    notice: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime
):
    person = add_person("Marc", ana, at=now, email="marc@customer.example")

    def language_after(language: str, prefers: str) -> str:
        change_person(person, ana, at=now, language=prefers)
        add_voice(heard("…", person=person, language=language), moved_tap, ana, at=now)
        return audience_of(notice).by_mail[0].language

    assert [language_after(*case) for case in (("de", "en"), ("fr", "de"), ("fr", "it"), ("de-AT", ""))] == [
        "de",
        "de",
        "en",
        "de",
    ]


def test_one_person_is_one_voice_however_often_they_spoke_and_a_nameless_chain_is_one(
    moved_tap: CorrectiveAction,
    analysis: CauseAnalysis,
    heard: Hearing,
    ana: Member,
    cleo: Person,
    leipzig: Site,
    now: datetime,
):
    for _ in range(3):
        add_voice(heard(person=cleo), moved_tap, ana, at=now)
    nameless = heard()
    link(nameless, analysis, "analysed", ana, at=now)
    add_voice(nameless, moved_tap, ana, at=now)

    found = behind_one(key_of(moved_tap))

    assert (set(found.people), found.nameless, found.voices, len(found.statements)) == ({cleo.pk}, 1, 2, 4)


def test_any_number_of_matters_are_read_with_the_same_number_of_queries(
    moved_tap: CorrectiveAction,
    heard: Hearing,
    ana: Member,
    now: datetime,
    django_assert_num_queries: Callable[..., Any],
):
    matters = [moved_tap, *(open_action(f"Action {n}", "What.", ana, at=now) for n in range(3))]
    for matter in matters:
        add_voice(heard(), matter, ana, at=now)

    # Two steps back over links (then nothing is left), the analysis, and the statements.
    with django_assert_num_queries(3):
        one = behind([key_of(moved_tap)])
    with django_assert_num_queries(3):
        all_of_them = behind([key_of(matter) for matter in matters])

    assert [len(each.statements) for each in (*one.values(), *all_of_them.values())] == [1, 1, 1, 1, 1]


def test_a_link_in_a_circle_ends(moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime):
    statement = heard()
    add_voice(statement, moved_tap, ana, at=now)
    link(moved_tap, statement, "concerns", ana, at=now)

    assert behind_one(key_of(moved_tap)).voices == 1


def test_a_draft_is_changed_and_what_is_published_is_not(draft: Notice, ana: Member, now: datetime):
    change_notice(draft, ana, at=now, texts={"en": TEXTS["en"], "fr": {"headline": " "}}, outcome="did_not_work")
    assert (draft.languages, draft.outcome) == (["en"], "did_not_work")

    publish(draft, ana, at=now)
    with pytest.raises(WrongStatus):
        change_notice(draft, ana, at=now, outcome="worked")
    take_back(draft, ana, at=now)

    assert (draft.status, draft.published_at) == ("draft", None)


def test_nobody_is_told_of_a_draft_and_what_is_told_is_not_taken_back(draft: Notice, ana: Member, now: datetime):
    with pytest.raises(WrongStatus):
        tell_everyone(draft, ana, at=now)
    tell_everyone(publish(draft, ana, at=now), ana, at=now)

    with pytest.raises(WrongStatus):
        take_back(draft, ana, at=now)


def test_after_an_action_is_closed_somebody_is_asked_to_tell_and_writing_ends_it(
    moved_tap: CorrectiveAction, ana: Member, ben: Member, now: datetime
):
    """Ben owns it, and may not write notices: a quality manager is asked."""
    moved_tap.owner = ben
    with acting("improvement.close", ana, now):
        follow_closing(moved_tap, ana, now)
    task = Task.objects.get(verb="write_notice")
    assert (task.owner, task.title, task.status) == (ana, f"Tell the customers: {moved_tap.title}", "open")
    assert task.url.endswith(f"?about=improvement.correctiveaction:{moved_tap.pk}")

    write_notice(moved_tap, TEXTS, "worked", ana, at=now)
    with acting("improvement.close", ana, now):
        follow_closing(moved_tap, ana, now)

    assert list(Task.objects.filter(verb="write_notice").values_list("status", flat=True)) == ["done"]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"de": TEXTS["de"]}, "no text in English"),
        ({"en": TEXTS["en"], "de": {"headline": "Neu"}}, "Deutsch lacks what you were told and what became of it"),
    ],
)
def test_half_a_text_is_not_published(texts: dict[str, Any], sentence: str, draft: Notice, ana: Member, now: datetime):
    change_notice(draft, ana, at=now, texts=texts)

    with pytest.raises(Refusal, match=sentence):
        publish(draft, ana, at=now)

    assert Notice.objects.get().status == "draft"


def test_an_unknown_outcome_or_part_is_refused(moved_tap: CorrectiveAction, ana: Member, now: datetime):
    with pytest.raises(Refusal, match="no outcome"):
        write_notice(moved_tap, TEXTS, "splendid", ana, at=now)
    with pytest.raises(TypeError, match="footer"):
        write_notice(moved_tap, {"en": {"footer": "x"}}, "worked", ana, at=now)


@pytest.mark.parametrize("stranger", ["dan", "ben", "auditor"])
def test_strangers_write_publish_and_tell_nothing(
    stranger: str, draft: Notice, moved_tap: CorrectiveAction, now: datetime, request: pytest.FixtureRequest
):
    member = request.getfixturevalue(stranger)

    for attempt in (
        lambda: write_notice(moved_tap, TEXTS, "worked", member, at=now),
        lambda: change_notice(draft, member, at=now, outcome="changed"),
        lambda: publish(draft, member, at=now),
        lambda: take_back(draft, member, at=now),
        lambda: tell_everyone(draft, member, at=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_quality_manager_of_another_site_does_not_publish_here(
    draft: Notice, ana: Member, lyon: Site, now: datetime, arranging: Arranging
):
    with arranging():
        grant = RoleGrant.objects.get(member=ana)
        grant.site = lyon
        grant.save()
    ana.__dict__.pop("_held", None)

    with pytest.raises(NotAllowed):
        publish(draft, ana, at=now)


def test_every_verb_leaves_its_trail(
    draft: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime
):
    spoke("No Address", ana, now, heard, moved_tap)
    change_notice(draft, ana, at=now, outcome="changed")
    publish(draft, ana, at=now)
    take_back(draft, ana, at=now)
    publish(draft, ana, at=now)
    tell_everyone(draft, ana, at=now)
    told_by_hand(Telling.objects.get(), ana, at=now)

    entries = TrailEntry.objects.filter(kind__in=("feedback.notice", "feedback.telling")).order_by("pk")
    assert [(entry.action.removeprefix("feedback."), entry.kind.removeprefix("feedback.")) for entry in entries] == [
        ("write_notice", "notice"),
        ("change_notice", "notice"),
        ("publish", "notice"),
        ("take_back", "notice"),
        ("publish", "notice"),
        ("tell_everyone", "telling"),
        ("tell_everyone", "notice"),
        ("told_by_hand", "telling"),
    ]


def test_the_thread_says_how_far_the_news_has_come(
    draft: Notice, moved_tap: CorrectiveAction, heard: Hearing, ana: Member, now: datetime
):
    marc = spoke("Marc", ana, now, heard, moved_tap, email="marc@customer.example", phone="1")

    def steps() -> dict[str, tuple[str, str]]:
        return {step.key: (step.words, step.state) for step in thread_of(moved_tap, ana, here="action")}

    as_draft = steps()["told"]
    published = publish(draft, ana, at=now) and steps()["told"]
    told = tell_everyone(draft, System("tests"), at=now) and steps()["told"]

    assert (as_draft, published, told) == (("Draft", "doing"), ("1 person to tell", "doing"), ("1 person told", "done"))
    assert steps()["answer"] == ("By phone, 16 November", "done")
    assert (marc.tellings.count(), isinstance(audience_of(draft), Audience)) == (1, True)
