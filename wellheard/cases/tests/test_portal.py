"""The customer's side: complaining without an account, and following what becomes of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from wellheard.cases import actions
from wellheard.cases.models import Case, Entry
from wellheard.cases.portal import _opened
from wellheard.cases.public_form import typed
from wellheard.cases.texts import TEXTS
from wellheard.core.logs import WithoutSecrets
from wellheard.core.models import OutboxMessage, TrailEntry
from wellheard.core.tasks import work_of

pytestmark = pytest.mark.pages
WORDS = "  Zwei Verbinder tropfen.\r\n\r\nDer Keller ist naß <b>&</b>  "


def key_in(html: str) -> str:
    return html.split('name="key" value="')[1].split('"')[0]


@pytest.fixture
def cleo():
    return Client()


def fill(key: str, **changes: str) -> dict[str, str]:
    return {
        "key": key,
        "words": WORDS,
        "remedy": "Neue Verbinder",
        "event": "2026-01-02",
        "name": "Cleo Winter",
        "email": "cleo@winter.example",
        "phone": "",
        "website": "",
    } | changes


# ---- complaining --------------------------------------------------------------------------------------------------
def test_a_complaint_gets_its_reference_its_page_and_a_mail_at_once(organisation, ben, cleo):
    key = key_in(cleo.get("/complain/?lang=de").content.decode())

    answer = cleo.post("/complain/?lang=de", fill(key))

    case = Case.objects.get()
    assert answer.headers["Location"] == f"{case.status_path}?lang=de&kept=new"
    assert (case.complaint_text, case.remedy_sought, case.language) == (WORDS, "Neue Verbinder", "de")
    assert (case.channel, case.owner, case.status) == ("form", ben, "received")
    assert OutboxMessage.objects.get().purpose == "receipt"
    html = cleo.get(answer.headers["Location"]).content.decode()
    assert f"Ihr Zeichen ist {case.reference}" in html
    assert "cleo@winter.example" in html
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html


def test_the_same_form_sent_twice_is_kept_once(organisation, ben, cleo):
    key = key_in(cleo.get("/complain/").content.decode())

    first, second = (cleo.post("/complain/", fill(key)) for _ in range(2))

    assert Case.objects.count() == 1
    assert OutboxMessage.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_two_presses_at_the_same_moment_are_one_complaint(organisation, ben, leipzig):
    found = typed(fill("k" * 24), [leipzig], "de", timezone.localdate())

    first, second = (_opened(found, leipzig, "de") for _ in range(2))

    assert first == second
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_looking_at_the_form_stores_nothing(organisation, ben, cleo):
    before = TrailEntry.objects.count()

    first, second = (cleo.get("/complain/").content.decode() for _ in range(2))

    assert key_in(first) != key_in(second)
    assert (Case.objects.count(), TrailEntry.objects.count()) == (0, before)


def test_without_any_name_or_address_one_may_complain_too(organisation, ben, cleo):
    key = key_in(cleo.get("/complain/").content.decode())

    answer = cleo.post("/complain/", fill(key, name="", email=""))

    case = Case.objects.get()
    assert (case.person, case.contact_email) == (None, None)
    assert OutboxMessage.objects.count() == 0
    assert cleo.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"words": "  "}, "words_missing"),
        ({"email": "cleo@"}, "email_wrong"),
        ({"event": "yesterday"}, "event_wrong"),
        ({"event": "2999-01-01"}, "event_future"),
        ({"website": "http://spam.example"}, "trap_filled"),
    ],
)
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_what_is_wrong_is_said_in_their_language_and_everything_typed_stays(
    organisation, ben, cleo, changes, fault, language
):
    key = key_in(cleo.get("/complain/").content.decode())

    answer = cleo.post(f"/complain/?lang={language}", fill(key, phone="0341 55", **changes))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert TEXTS[language][fault] in html
    assert 'value="0341 55"' in html
    assert "Neue Verbinder" in html
    assert key_in(html) == key
    assert Case.objects.count() == 0


def test_words_that_are_too_long_are_not_cut(organisation, ben, cleo):
    answer = cleo.post("/complain/", fill("k" * 24, words="x" * 50_001))

    assert answer.status_code == 422
    assert "x" * 50_001 in answer.content.decode()
    assert Case.objects.count() == 0


def test_where_nobody_can_take_it_the_words_stay_on_the_page(organisation, leipzig, cleo):
    answer = cleo.post("/complain/", fill("k" * 24))

    html = answer.content.decode()
    assert answer.status_code == 503
    assert "hello@rosetau.example" in html
    assert "Zwei Verbinder tropfen." in html


def test_the_site_is_asked_where_there_are_several(organisation, ben, ana, lyon, cleo):
    html = cleo.get("/complain/").content.decode()
    cleo.post("/complain/", fill(key_in(html), site=str(lyon.pk)))

    assert 'name="site"' in html
    assert Case.objects.get().site == lyon


def test_the_form_says_how_soon_we_answer(organisation, ben, cleo):
    html = cleo.get("/complain/?lang=de").content.decode()

    assert (
        "Sie hören von uns innerhalb von einem Arbeitstag und haben unsere Antwort innerhalb von 3 Arbeitstagen."
        in html
    )


def test_a_form_from_elsewhere_is_refused(organisation, ben):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/complain/", fill("k" * 24)).status_code == 403
    assert Case.objects.count() == 0


# ---- following ----------------------------------------------------------------------------------------------------
def test_a_wrong_secret_looks_like_a_reference_that_never_was(received, cleo):
    wrong = cleo.get(f"/c/{received.reference}/{'x' * 32}/?lang=en")
    unknown = cleo.get(f"/c/CAS-2026-9999/{received.secret}/?lang=en")
    right = cleo.get(f"/c/{received.reference}/{received.secret}/?lang=en")

    assert (wrong.status_code, unknown.status_code, right.status_code) == (404, 404, 200)
    assert wrong.content.replace(b"x" * 32, b"") == unknown.content.replace(received.secret.encode(), b"").replace(
        b"CAS-2026-9999", received.reference.encode()
    )


def test_a_secret_with_letters_from_elsewhere_is_only_wrong(received, cleo):
    assert cleo.get(f"/c/{received.reference}/ß→/").status_code == 404


def status_of(case: Case, cleo: Client, language: str = "en") -> str:
    answer = cleo.get(f"{case.status_path}?lang={language}")
    assert answer.status_code == 200
    return answer.content.decode()


def here(html: str) -> str:
    """The title of the stage at which it stands."""
    return html.split('aria-current="step"')[1].split("<b>")[1].split("</b>")[0]


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("received", "Someone looks after it"),
        ("acknowledged", "We find out what happened"),
        ("assessed", "We find out what happened"),
        ("investigating", "We are writing our answer"),
        ("answered", "You tell us whether it is settled"),
    ],
)
def test_the_page_says_where_it_stands(status, stage, request, cleo):
    case = request.getfixturevalue(status)

    assert here(status_of(case, cleo)) == stage


def test_it_shows_the_deadline_or_that_we_are_late(received, cleo, monkeypatch):
    due = "Friday 20 November 2026, 16:30"
    monkeypatch.setattr("wellheard.cases.portal.timezone.now", lambda: received.received_at)
    in_time = status_of(received, cleo)
    monkeypatch.setattr("wellheard.cases.portal.timezone.now", lambda: received.answer_due + timedelta(hours=1))
    too_late = status_of(received, cleo)

    assert f"You will have our answer by {due}" in in_time
    assert f"Our answer is late: we promised it by {due}" in too_late


def test_what_they_may_read_about_the_cause_is_there_and_what_is_ours_is_not(investigating, cleo):
    html = status_of(investigating, cleo)

    assert "Die Dichtungen wurden zu kalt geklebt." in html
    assert "Lot 2610-B" not in html
    assert "Seals glued too cold" not in html


def test_the_answer_stands_there_with_what_they_get(answered, cleo):
    html = status_of(answered, cleo)

    assert "Sie haben recht. Wir ersetzen alle zwölf Verbinder." in html
    assert "alle zwölf" in html
    assert "Yes, it is settled" in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Your complaint"), ("de", "Ihre Beschwerde"), ("fr", "Votre réclamation"), ("", "Ihre Beschwerde")],
)
def test_the_page_speaks_the_language_asked_for_or_that_of_the_case(received, cleo, language, words):
    html = status_of(received, cleo, language)

    assert f"{words} {received.reference}" in html
    assert f'<html lang="{language or "de"}"' in html


def test_looking_stores_nothing(received, cleo):
    before = (TrailEntry.objects.count(), Entry.objects.count())

    cleo.get(f"{received.status_path}?kept=message")
    cleo.head(received.status_path)

    assert (TrailEntry.objects.count(), Entry.objects.count()) == before


def test_a_message_arrives_whole_and_says_so(acknowledged, ben, cleo):
    text = "  Noch einer.\r\nSeit heute.  "

    answer = cleo.post(f"{acknowledged.status_path}?lang=en", {"what": "message", "text": text})

    assert answer.headers["Location"] == f"{acknowledged.status_path}?lang=en&kept=message"
    assert Entry.objects.latest("pk").text == text
    html = cleo.get(answer.headers["Location"]).content.decode()
    assert "Your message has arrived. Ben Okafor reads it." in html
    assert "Noch einer." in html
    assert "read" in [task.verb for task in work_of(ben)]


def test_a_message_for_the_quality_manager_reaches_them(acknowledged, ana, ben, cleo):
    cleo.post(acknowledged.status_path, {"what": "message", "text": "Nobody calls.", "for": "manager"})

    assert [task.verb for task in work_of(ana)] == ["read_for_manager"]


def test_what_we_noted_among_ourselves_is_not_shown(acknowledged, ben, cleo, now):
    actions.note(acknowledged, ben, at=now, text="Difficult customer.")
    actions.write_to_customer(acknowledged, ben, at=now, text="Welche Charge?")

    html = status_of(acknowledged, cleo)

    assert ("Welche Charge?" in html, "Difficult customer." in html) == (True, False)


def test_settled_and_not_settled_are_one_press_each(answered, ana, cleo):
    refused = cleo.post(f"{answered.status_path}?lang=en", {"what": "not_settled", "text": " "})
    taken = cleo.post(f"{answered.status_path}?lang=en", {"what": "not_settled", "text": "Two still drip."})
    html = cleo.get(taken.headers["Location"]).content.decode()

    assert refused.status_code == 422
    assert "Tell us in a few words what is still not right" in refused.content.decode()
    assert "Someone else looks at it again." in html
    assert here(html) == "You told us: it is not settled"
    assert "Yes, it is settled" not in html
    answered.refresh_from_db()
    assert answered.settled == "no"


def test_a_press_that_comes_too_late_shows_what_can_be_done_now(answered, ben, cleo, now):
    actions.reopen(answered, ben, at=now + timedelta(days=2), reason="We found more.")

    answer = cleo.post(answered.status_path, {"what": "settled"})

    assert answer.status_code == 409
    answered.refresh_from_db()
    assert answered.settled == ""


def test_an_empty_message_keeps_nothing_and_says_so(received, cleo):
    answer = cleo.post(f"{received.status_path}?lang=fr", {"what": "message", "text": ""})

    assert answer.status_code == 422
    assert "Le message est encore vide." in answer.content.decode()


def test_a_post_with_a_wrong_secret_is_404_and_stores_nothing(received, cleo):
    answer = cleo.post(f"/c/{received.reference}/{'x' * 32}/", {"what": "message", "text": "Hello"})

    assert answer.status_code == 404
    assert Entry.objects.filter(what="message_in").count() == 0


def test_after_the_end_one_can_still_write(closed, cleo):
    html = status_of(closed, cleo)

    assert "You told us that it is settled. Thank you." in html
    assert cleo.post(closed.status_path, {"what": "message", "text": "It drips again."}).status_code == 302


def test_the_pages_are_light_and_load_nothing_from_elsewhere(received, organisation, cleo):
    for address in ("/complain/", received.status_path):
        html = cleo.get(address).content.decode()
        assert len(html.encode()) < 20_000
        assert "<script" not in html
        assert "style=" not in html


def test_today_is_not_the_future(organisation, ben, cleo):
    answer = cleo.post("/complain/", fill("k" * 24, event=timezone.localdate().isoformat()))

    assert answer.status_code == 302


def test_the_key_of_a_program_leads_nobody_to_its_case(opened, cleo):
    """Programs choose their own keys, so somebody may guess one: the form must not answer with the page's address."""
    opened(submission_key="api:shop-4711")

    answers = [cleo.post("/complain/", {"key": key}) for key in ("api:shop-4711", "shop-4711", "a\x00b", "")]

    assert [answer.status_code for answer in answers] == [422] * 4


@pytest.mark.parametrize(
    "name", ["Win money\n\nhttp://evil.example", "see www.evil.example", "evil.example", "x@evil.example", "a" * 199]
)
def test_our_mail_carries_no_strangers_message(organisation, ben, cleo, name):
    """Whoever fills in the form chooses the address, so the mail must say nothing that they chose."""
    key = key_in(cleo.get("/complain/?lang=en").content.decode())
    cleo.post("/complain/?lang=en", fill(key, name=name))

    assert OutboxMessage.objects.get().text.startswith("Hello,\n\n")
    assert Case.objects.get().contact_name == name.strip()


def test_nothing_that_the_page_loads_or_logs_learns_its_address(received, cleo, caplog):
    caplog.handler.addFilter(WithoutSecrets())
    page = cleo.get(received.status_path)
    wrong = received.status_path.replace(received.reference, "CAS-2026-9999")
    answers = [cleo.post(received.status_path, {"what": "message", "text": ""}), cleo.get(wrong)]
    answers.append(Client(enforce_csrf_checks=True).post(received.status_path, {"what": "settled"}))

    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("strict-origin", "no-store")
    assert [answer.status_code for answer in answers] == [422, 404, 403]
    assert caplog.text.count(f"/c/{received.reference}/…") == 2
    assert received.secret not in caplog.text


def test_a_press_that_comes_too_late_says_so_and_keeps_what_was_written(answered, ben, cleo, now):
    actions.reopen(answered, ben, at=now + timedelta(days=2), reason="We found more.")

    page = cleo.post(f"{answered.status_path}?lang=en", {"what": "not_settled", "text": "It drips again."})

    html = page.content.decode()
    assert page.status_code == 409
    assert "This has moved on since you opened the page, so nothing was noted." in html
    assert "It drips again.</textarea>" in html


def test_an_address_with_nul_is_not_understood(received, cleo):
    assert cleo.get("/c/a%00b/x/").status_code == 400
