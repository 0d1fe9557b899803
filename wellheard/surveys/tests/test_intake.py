"""What comes to the answer page: every input hostile, nothing that was written lost, nothing stored twice."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from wellheard.conftest import Arranging
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.surveys.actions import NewQuestion, close_survey, create_survey, open_survey
from wellheard.surveys.intake.known import forget
from wellheard.surveys.intake.reading import RESERVED
from wellheard.surveys.jobs import notice_waiting
from wellheard.surveys.models import Response, Survey
from wellheard.surveys.tallies import equal_to_rebuild
from wellheard.surveys.tests.conftest import RECOMMEND, question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def client() -> Client:
    """A customer's browser; one fault of ours would be a page that says so, not an exception in the test."""
    return Client(raise_request_exception=False)


def send(client: Client, survey: Survey, sent: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    body = sent if isinstance(sent, bytes | str) else json.dumps(sent)
    answer = client.post(f"/a/{survey.token}/", body, content_type="application/json", **more)
    return answer.status_code, answer.json()


def stored() -> list[dict[str, Any]]:
    """What is stored, a response each: the answers by their question's key."""
    return [
        {
            each.question.key: each.text if each.score is None else each.score
            for each in row.answers.select_related("question")
        }
        for row in Response.objects.order_by("pk")
    ]


# ---- stored once --------------------------------------------------------------------------------------------------
def test_a_press_stores_once_however_often_it_is_pressed(client: Client, survey: Survey):
    form = {"key": "press-one-0001", "language": "de", "recommend": "9", "why": " Schön. \r\n", "delivery": ""}

    first, second = (client.post(f"/a/{survey.token}/", form) for _ in range(2))

    assert (first.status_code, first["Location"]) == (302, f"/a/{survey.token}/?done=yes&lang=de")
    assert second["Location"] == f"/a/{survey.token}/?done=again&lang=de"
    assert stored() == [{"recommend": 9, "why": " Schön. \r\n"}]
    assert Response.objects.get().language == "de"
    assert equal_to_rebuild(question(survey, "recommend"))


def test_a_request_that_a_program_repeats_is_stored_once_and_says_so(client: Client, survey: Survey):
    sent = {"key": "program-0001", "answers": {"recommend": 9}}

    assert [send(client, survey, sent) for _ in range(3)] == [
        (201, {"stored": True, "again": False}),
        (200, {"stored": True, "again": True}),
        (200, {"stored": True, "again": True}),
    ]
    assert stored() == [{"recommend": 9}]


def test_the_same_key_in_two_surveys_is_two_answers(client: Client, survey: Survey, ana: Member, now: datetime):
    other = open_survey(
        create_survey("Another", [NewQuestion("nps", RECOMMEND, key="recommend")], ana, at=now), ana, at=now
    )
    sent = {"key": "program-0001", "recommend": 9}

    assert [send(client, each, sent)[0] for each in (survey, other)] == [201, 201]


def test_a_repeated_key_with_other_words_keeps_the_first_ones(client: Client, survey: Survey):
    send(client, survey, {"key": "program-0001", "why": "First"})

    assert send(client, survey, {"key": "program-0001", "why": "Second"})[1] == {"stored": True, "again": True}
    assert stored() == [{"why": "First"}]


@pytest.mark.pages
def test_looking_stores_nothing_and_gives_a_key_of_its_own_each_time(client: Client, survey: Survey):
    pages = [client.get(f"/a/{survey.token}/?recommend=9").content.decode() for _ in range(2)]
    keys = {page.split('name="key" value="')[1].split('"')[0] for page in pages}

    assert (len(keys), Response.objects.count()) == (2, 0)


@pytest.mark.pages
def test_a_form_that_is_shown_again_sends_the_same_answer(
    client: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch
):
    from wellheard.surveys.intake.writer import BusyError, writer

    def busy(new: object) -> None:
        raise BusyError("Too many")

    monkeypatch.setattr(writer, "keep", busy)
    form = {"key": "no", "recommend": "9", "why": "Kept on the page"}
    answer = client.post(f"/a/{survey.token}/", form)
    page = answer.content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]

    assert (answer.status_code, answer["Retry-After"], "Kept on the page" in page, len(key) >= 8) == (
        503,
        "2",
        True,
        True,
    )
    status, told = send(client, survey, {"recommend": 9})
    assert (status, told["stored"], len(told["key"]) >= 8) == (503, False, True)


# ---- hostile inputs -----------------------------------------------------------------------------------------------
OFF_THE_SCALE = "Please choose a number from 0 to 10; the rest of your answer is still there."


@pytest.mark.parametrize(
    "value",
    [
        11,
        -1,
        6.5,
        7.0,
        1e300,
        True,
        False,
        [7],
        {"score": 7},
        "",
        "seven",
        "7.0",
        "٣",
        "７",
        "1e1",
        "+7",
        "0x7",
        "007777",
        "7\x00",
    ],
)
def test_only_a_whole_number_on_the_scale_is_a_score(client: Client, survey: Survey, value: Any):
    status, told = send(client, survey, {"recommend": value, "why": "Words"})

    if value == "":
        assert (status, stored()) == (201, [{"why": "Words"}])
    else:
        assert (status, told) == (422, {"stored": False, "faults": {"recommend": OFF_THE_SCALE}})
        assert stored() == []


@pytest.mark.parametrize("value", [0, 10, "0", " 10 ", "007"])
def test_a_number_may_be_written_as_people_write_it(client: Client, survey: Survey, value: Any):
    assert send(client, survey, {"recommend": value})[0] == 201
    assert stored() == [{"recommend": int(value)}]


@pytest.mark.parametrize("value", [["Words"], {"text": "Words"}, True])
def test_words_are_text_and_nothing_else(client: Client, survey: Survey, value: Any):
    status, told = send(client, survey, {"recommend": 9, "why": value})

    assert (status, list(told["faults"]), stored()) == (422, ["why"], [])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("half \x00 a word", "half \ufffd a word"),
        ("half \ud83d a smile", "half \ufffd a smile"),
        ("a whole \ud83d\ude00 one", "a whole 😀 one"),
        ("  kept as it is \n\t", "  kept as it is \n\t"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202eright to left", "\u202eright to left"),
        ("x" * 1_000_000, "x" * 1_000_000),
        ("配" * 300_000, "配" * 300_000),
    ],
    ids=["nul", "half", "surrogates", "spaces", "script", "bidi", "long", "long-cjk"],
)
def test_words_are_kept_as_they_were_or_with_a_sign_where_that_can_not_be(
    client: Client, survey: Survey, said: str, kept: str
):
    assert send(client, survey, json.dumps({"why": said})) == (201, {"stored": True, "again": False})
    assert stored() == [{"why": kept}]


@pytest.mark.parametrize("said", ["x" * 1_000_000, "配" * 300_000, "word " * 200_000], ids=["one", "cjk", "many"])
def test_a_text_of_a_megabyte_is_heard_as_well(client: Client, survey: Survey, said: str):
    send(client, survey, {"why": said})

    assert notice_waiting(at=timezone.now()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"recommend"', 400),
        (b"\xff\xfe", 400),
        (b'{"why": "\xff"}', 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"why": ' + b"[" * 900 + b"]" * 900 + b"}", 422),
        (b'{"recommend": ' + b"9" * 5_000 + b"}", 400),
        (b'{"recommend": ' + b"9" * 4_000 + b"}", 422),
        (b'{"recommend": NaN}', 422),
        (b'{"recommend": Infinity}', 422),
        (b'{"answers": [9], "recommend": 12}', 422),
        (b'{"key": {"a": 1}, "language": [2], "website": {}, "recommend": 12}', 422),
        (b"x" * (2 * 1024 * 1024 + 1), 413),
    ],
)
def test_a_body_that_is_no_answer_is_refused_and_stores_nothing(
    client: Client, survey: Survey, body: bytes, status: int
):
    given, told = send(client, survey, body)

    assert (given, told["stored"], stored()) == (status, False, [])


def test_a_form_with_three_thousand_fields_is_too_much_and_says_so(client: Client, survey: Survey):
    form = {f"field-{number}": "x" for number in range(3_000)} | {"recommend": "9"}
    answer = client.post(f"/a/{survey.token}/?lang=de", form)

    assert (answer.status_code, "Das war zu viel auf einmal" in answer.content.decode(), stored()) == (413, True, [])
    urlencoded = "&".join(f"{name}=x" for name in form)
    answer = client.post(f"/a/{survey.token}/", urlencoded, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, "too much at once" in answer.content.decode()) == (413, True)


def test_a_form_of_a_type_that_can_not_be_read_is_refused(client: Client, survey: Survey):
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=\x00"):
        answer = client.post(f"/a/{survey.token}/", b"recommend=9", content_type=content_type)
        assert answer.status_code in {400, 413}
    latin = client.post(
        f"/a/{survey.token}/", b"why=Words", content_type="application/x-www-form-urlencoded; charset=latin-1"
    )
    assert (latin.status_code, stored()) == (400, [])


def test_a_file_beside_the_answer_is_not_kept_anywhere(client: Client, survey: Survey, tmp_path, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    upload = SimpleUploadedFile("page.html", b"<script>" * 1000)
    answer = client.post(f"/a/{survey.token}/", {"recommend": "9", "why": upload})

    assert (answer.status_code, stored(), list(tmp_path.iterdir())) == (302, [{"recommend": 9}], [])


def test_a_body_of_many_megabytes_is_refused_before_it_is_read(client: Client, survey: Survey):
    answer = client.post(f"/a/{survey.token}/", {"why": "x"}, CONTENT_LENGTH=str(10**10))

    assert (answer.status_code, stored()) == (413, [])


def test_what_programs_fill_into_the_hidden_field_is_not_stored_and_told_the_same(client: Client, survey: Survey):
    answer = client.post(f"/a/{survey.token}/", {"recommend": "9", "website": "https://buy.example"})

    assert (answer.status_code, answer["Location"].endswith("done=yes&lang=en"), stored()) == (302, True, [])


def test_a_program_that_says_who_it_is_is_stored_all_the_same(client: Client, survey: Survey):
    """The hidden field is the form's; for JSON “stored” is never a lie."""
    assert send(client, survey, {"recommend": 9, "website": "https://partner.example"})[0] == 201
    assert stored() == [{"recommend": 9}]


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_no_question_takes_the_name_of_a_field_of_the_page(ana: Member, now: datetime, key: str):
    with pytest.raises(Refusal, match="The page itself uses"):
        create_survey("After delivery", [NewQuestion("text", {"en": "Where?"}, key=key)], ana, at=now)


# ---- links that lead nowhere --------------------------------------------------------------------------------------
@pytest.mark.parametrize("token", ["x" * 22, "%00", "x%00y", "..%2f..%2fetc", "x" * 5_000, "%ff%fe", "'--", "a b"])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_link_that_nobody_gave_out_leads_nowhere(client: Client, survey: Survey, token: str, as_json: bool):
    looked = client.get(f"/a/{token}/")
    pressed = client.post(f"/a/{token}/", "{}", content_type="application/json" if as_json else "text/plain")

    assert (looked.status_code, pressed.status_code, stored()) == (404, 404, [])
    assert looked["X-Content-Type-Options"] == "nosniff"


def test_a_draft_has_no_page_and_a_closed_survey_gives_the_words_back(
    client: Client, draft: Survey, ana: Member, now: datetime
):
    assert send(client, draft, {"recommend": 9})[0] == 404
    open_survey(draft, ana, at=now)
    forget()
    close_survey(draft, ana, at=now)
    forget()

    answer = client.post(f"/a/{draft.token}/", {"why": "All my words"})

    assert (answer.status_code, "All my words" in answer.content.decode(), stored()) == (410, True, [])
    assert send(client, draft, {"why": "All my words"})[0] == 410


def test_the_words_that_came_too_late_are_carried_to_where_they_can_still_be_said(
    client: Client, survey: Survey, ana: Member, now: datetime
):
    close_survey(survey, ana, at=now)
    forget()
    closed = client.post(f"/a/{survey.token}/", {"why": "All my words"}).content.decode()
    (address,) = re.findall(r'<form[^>]*action="([^"]+)"', closed)

    page = client.post(address, {"carried": "yes", "words": "All my words"})

    assert 'name="carried" value="yes"' in closed
    assert (page.status_code, "All my words</textarea>" in page.content.decode()) == (200, True)


def test_what_we_call_a_survey_is_not_shown_to_customers(client: Client, survey: Survey, ana: Member, now: datetime):
    shown = [
        client.get(f"/a/{survey.token}/"),
        client.post(f"/a/{survey.token}/", {}),
        client.get(f"/a/{survey.token}/?done=yes"),
    ]
    close_survey(survey, ana, at=now)
    forget()
    shown.append(client.get(f"/a/{survey.token}/"))

    assert [survey.title in page.content.decode() for page in shown] == [False] * 4


def test_an_answer_as_long_as_we_say_is_taken_in_any_script(client: Client, survey: Survey):
    longest = "\U0001f621" * 150_000

    answer = client.post(
        f"/a/{survey.token}/", urlencode({"why": longest}), content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, stored()) == (302, [{"why": longest}])


def test_a_foreign_host_is_refused_by_the_answer_page_too(client: Client, survey: Survey, settings):
    settings.ALLOWED_HOSTS = ["feedback.rosetau.example"]

    assert client.get(f"/a/{survey.token}/", HTTP_HOST="evil.example").status_code == 400
    assert client.get(f"/a/{survey.token}/", HTTP_HOST="feedback.rosetau.example").status_code == 200


def test_the_answer_page_needs_no_cookie_and_sets_none(survey: Survey):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(f"/a/{survey.token}/", {"recommend": "9"})

    assert (answer.status_code, answer.cookies) == (302, {})


def test_a_survey_takes_answers_only_between_its_days(
    client: Client, survey: Survey, arranging: Arranging, now: datetime
):
    for opens, closes, status in ((1, 2, 410), (-2, -1, 410), (-1, 1, 201)):
        with arranging():
            survey.opens_at = timezone.now() + timedelta(days=opens)
            survey.closes_at = timezone.now() + timedelta(days=closes)
            survey.save()
        forget()
        assert send(client, survey, {"recommend": 9})[0] == status
