"""List pages: what the address asks for is done or left out with a note, and what leaves the house is noted."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from python_calamine import load_workbook

from wellheard.conftest import Arranging
from wellheard.core.lists import Column, Filter, ListPage, how_many, list_view, site_filter
from wellheard.core.models import Member, SavedView, Site, Task, TrailEntry

pytestmark = [pytest.mark.pages, pytest.mark.urls(__name__)]

STATES = [("open", "open"), ("done", "done")]
TASKS = ListPage(
    key="tests.tasks",
    title=lambda count: how_many(count, "thing to do", "things to do"),
    rows=lambda member: Task.objects.visible_to(member).select_related("owner"),
    columns=(
        Column(
            "title",
            "Task",
            lambda task: task.title,
            url=lambda task: f"/t/{task.pk}/",
            sort="title",
            note=lambda t: t.note,
        ),
        Column("due", "Due", lambda task: task.due_at, sort="due_at", kind="moment"),
        Column("tries", "Tries", lambda task: len(task.title), kind="number"),
        Column("state", "Where it stands", lambda task: task.get_status_display(), kind="state", tone=lambda _: "wait"),
    ),
    filters=(
        Filter("status", "Status", lambda _member: STATES, lambda rows, value: rows.filter(status=value)),
        site_filter(),
    ),
    search=("title", "note"),
    default_sort="due",
    teach={
        "title": "No tasks yet",
        "why": "Tasks come from complaints.",
        "button": "Enter a complaint",
        "url": "/new/",
    },
    views=(("Open", "status=open"),),
)
urlpatterns = [path("tasks/", list_view(TASKS), name="tasks"), path("", include("wellheard.config.urls"))]
SignIn = Callable[[Member], Client]


@pytest.fixture
def tasks(ana: Member, leipzig: Site, arranging: Arranging, now: datetime) -> list[Task]:
    """Three tasks of Ana: one due tomorrow, one today, one without a date and done."""
    rows = [
        Task(owner=ana, title="Call Holzapfel", due_at=now + timedelta(days=1), opened_at=now, site=leipzig),
        Task(owner=ana, title="Answer Morel", due_at=now, opened_at=now, note="hose"),
        Task(owner=ana, title="=HYPERLINK(1)", opened_at=now, status="done", note="<script>alert(1)</script>"),
    ]
    with arranging():
        for row in rows:
            row.save()
    return rows


def titles(client: Client, query: str = "") -> list[str]:
    return [cells[0].text for cells in client.get(f"/tasks/{query}").context["rows"]]


def test_a_list_shows_what_the_member_may_see_in_its_usual_order_empty_values_last(ana, tasks, signed_in: SignIn):
    page = signed_in(ana).get("/tasks/")

    assert page.context["title"] == "Three things to do"
    assert [cells[0].text for cells in page.context["rows"]] == ["Answer Morel", "Call Holzapfel", "=HYPERLINK(1)"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=done", ["=HYPERLINK(1)"]),
        ("?q=holz+call", ["Call Holzapfel"]),
        ("?q=hose", ["Answer Morel"]),
        ("?sort=title", ["=HYPERLINK(1)", "Answer Morel", "Call Holzapfel"]),
        ("?sort=-due", ["Call Holzapfel", "Answer Morel", "=HYPERLINK(1)"]),
        ("?q=nothing+like+this", []),
    ],
)
def test_words_filters_and_order_come_from_the_address(ana, tasks, signed_in: SignIn, query: str, expected: list[str]):
    assert titles(signed_in(ana), query) == expected


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("?sort=__class__", "This list can’t be sorted that way, so it has its usual order."),
        ("?sort=tries", "This list can’t be sorted that way, so it has its usual order."),
        ("?sort=owner__password", "This list can’t be sorted that way, so it has its usual order."),
        ("?status=%27%20OR%201=1", "“Status” has no such choice any more, so it was left out."),
        ("?site=999999", "“Site” has no such choice any more, so it was left out."),
        ("?page=abc", "There is no such page, so this is the first one."),
        ("?page=-1", "There is no such page, so this is the first one."),
        ("?format=exe", "This list can be exported as CSV or XLSX only, so nothing was exported."),
    ],
)
def test_wishes_that_make_no_sense_are_left_out_and_the_page_says_so(
    ana, tasks, signed_in: SignIn, query: str, note: str
):
    page = signed_in(ana).get(f"/tasks/{query}")

    assert page.status_code == 200
    assert page.context["notes"] == (note,)
    assert len(page.context["rows"]) == 3


@pytest.mark.parametrize(
    "query", ["?page=999999", f"?page={'9' * 5000}", "?q=%00", "?q=%25_%5C", "?unknown=1", "?page=0"]
)
def test_no_address_breaks_the_page(ana, tasks, signed_in: SignIn, query: str):
    assert signed_in(ana).get(f"/tasks/{query}").status_code == 200


def test_customers_words_are_shown_as_text_never_as_markup(ana, tasks, signed_in: SignIn):
    page = signed_in(ana).get("/tasks/?q=%22%3E%3Cb%3Eboo").content + signed_in(ana).get("/tasks/").content

    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert(1)" in page
    assert b'"><b>boo' not in page


def test_headers_tell_the_order_and_turn_it(ana, tasks, signed_in: SignIn):
    headers = signed_in(ana).get("/tasks/?status=open").context["headers"]

    assert [(each["label"], each["sorted"], each["url"]) for each in headers] == [
        ("Task", "", "?status=open&sort=title"),
        ("Due", "ascending", "?status=open&sort=-due"),
        ("Tries", "", ""),
        ("Where it stands", "", ""),
    ]


def test_an_empty_list_teaches_and_a_filtered_one_shows_the_way_out(ana, signed_in: SignIn, arranging, now):
    nothing_yet = signed_in(ana).get("/tasks/?status=done").content.decode()
    with arranging():
        Task(owner=ana, title="Call", opened_at=now).save()
    filtered = signed_in(ana).get("/tasks/?status=done").content.decode()

    assert "No tasks yet" in nothing_yet
    assert "Enter a complaint" in nothing_yet
    assert "Nothing matches these filters." in filtered
    assert "No tasks yet" not in filtered


class Boosts(HTMLParser):
    """Every link with whether htmx would swap it into the list: `links` is {address: boosted}."""

    EMPTY = frozenset({"meta", "link", "input", "img", "br", "hr", "use", "path", "rect", "circle", "line", "polyline"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, bool] = {}
        self._boosted = [False]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        boost = said.get("hx-boost")
        boosted = self._boosted[-1] if boost is None else boost == "true"
        if tag == "a":
            self.links[str(said.get("href"))] = boosted
        if tag not in self.EMPTY:
            self._boosted.append(boosted)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self._boosted.pop()


def test_only_links_to_the_list_itself_are_swapped_into_it(ana, signed_in: SignIn, arranging, now):
    empty = Boosts(signed_in(ana).get("/tasks/").content.decode()).links
    with arranging():
        Task(owner=ana, title="Call", opened_at=now, url="/cases/1/").save()
    filled = Boosts(signed_in(ana).get("/tasks/").content.decode()).links

    assert empty["/new/"] is False
    assert [address for address, boosted in filled.items() if boosted and not address.startswith("?")] == []
    assert filled["?status=open"] is True


def test_one_row_and_three_ask_the_database_the_same_number_of_questions(
    ana, tasks, signed_in: SignIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    client = signed_in(ana)
    client.get("/tasks/")
    with django_assert_max_num_queries(16) as three:
        client.get("/tasks/")

    with django_assert_num_queries(len(three)):
        assert titles(client, "?q=Morel") == ["Answer Morel"]


def test_a_long_list_comes_in_pages_and_the_last_is_as_far_as_it_goes(ana, signed_in: SignIn, arranging, now):
    with arranging():
        for number in range(60):
            Task(owner=ana, title=f"Task {number:02}", opened_at=now).save()
    client = signed_in(ana)

    assert titles(client, "?sort=title") == [f"Task {number:02}" for number in range(50)]
    assert titles(client, "?sort=title&page=2") == [f"Task {number:02}" for number in range(50, 60)]
    assert titles(client, "?sort=title&page=77") == [f"Task {number:02}" for number in range(50, 60)]


def test_a_stranger_gets_404_and_somebody_signed_out_the_sign_in(dan, tasks, signed_in: SignIn, client: Client):
    assert signed_in(dan).get("/tasks/").status_code == 404
    assert signed_in(dan).get("/tasks/?format=csv").status_code == 404
    assert client.get("/tasks/").status_code == 302


# ---- exports --------------------------------------------------------------------------------------------------------
def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_csv_holds_the_filtered_rows_with_formulas_disarmed_and_moments_in_the_readers_zone(
    ana, tasks, signed_in: SignIn
):
    got = signed_in(ana).get("/tasks/?format=csv&sort=title")

    raw = body(got)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert got["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig")))) == [
        ["Task", "Due", "Tries", "Where it stands"],
        ["'=HYPERLINK(1)", "", "13", "done"],
        ["Answer Morel", "2026-11-16 16:30:00+01:00", "12", "open"],
        ["Call Holzapfel", "2026-11-17 16:30:00+01:00", "14", "open"],
    ]


def test_xlsx_holds_the_same_as_typed_cells(ana, tasks, signed_in: SignIn):
    raw = body(signed_in(ana).get("/tasks/?format=xlsx&sort=title"))

    assert load_workbook(io.BytesIO(raw)).get_sheet_by_index(0).to_python() == [
        ["Task", "Due", "Tries", "Where it stands"],
        ["=HYPERLINK(1)", "", 13.0, "done"],
        ["Answer Morel", datetime(2026, 11, 16, 16, 30), 12.0, "open"],  # noqa: DTZ001  a sheet knows no zones
        ["Call Holzapfel", datetime(2026, 11, 17, 16, 30), 14.0, "open"],  # noqa: DTZ001
    ]


def test_a_text_too_long_for_a_spreadsheet_cell_says_that_it_is_shortened(ana, signed_in: SignIn):
    from wellheard.core.lists.export import CELL_CHARACTERS, CUT_SHORT, _fitting

    assert _fitting("a" * CELL_CHARACTERS) == "a" * CELL_CHARACTERS
    assert len(_fitting("a" * 40_000)) == CELL_CHARACTERS
    assert _fitting("a" * 40_000).endswith(CUT_SHORT)


def test_an_export_is_noted_in_the_trail_without_the_words_searched_for(ana, tasks, signed_in: SignIn):
    signed_in(ana).get("/tasks/?format=csv&status=open&q=Holzapfel")

    entry = TrailEntry.objects.get(action="core.export")
    said = json.loads(entry.body)
    assert (entry.actor_id, entry.did) == (ana.actor_id, "noted")
    assert said["details"] == {
        "list": "tests.tasks",
        "format": "csv",
        "rows": 1,
        "filters": {"status": "open"},
        "searched": True,
    }


# ---- saved views ----------------------------------------------------------------------------------------------------
def test_a_view_is_saved_under_a_name_shown_as_a_chip_and_removed_again(ana, tasks, signed_in: SignIn):
    client = signed_in(ana)
    client.post("/tasks/?status=done&sort=-due&page=4&evil=1", {"name": " My   done "})
    view = SavedView.objects.get()
    chips = client.get("/tasks/?sort=-due&status=done").context["chips"]
    client.post("/tasks/", {"remove": view.pk})

    assert (view.member, view.page, view.name, view.query) == (ana, "tests.tasks", "My done", "status=done&sort=-due")
    assert chips == [
        {"label": "All", "url": "?", "current": False},
        {"label": "Open", "url": "?status=open", "current": False},
        {"label": "My done", "url": "?status=done&sort=-due", "current": True},
    ]
    assert not SavedView.objects.exists()
    assert list(TrailEntry.objects.filter(action__endswith="_view").values_list("action", "did").order_by("seq")) == [
        ("core.save_view", "created"),
        ("core.remove_view", "deleted"),
    ]


@pytest.mark.parametrize("name", ["", "   ", "\x00", "n" * 61])
def test_a_view_without_a_fitting_name_is_not_saved_and_the_page_says_why(ana, signed_in: SignIn, name: str):
    answer = signed_in(ana).post("/tasks/?status=open", {"name": name})

    assert not SavedView.objects.exists()
    assert next(str(message) for message in get_messages(answer.wsgi_request)).endswith("save again.")


def test_nobody_removes_the_view_of_another(ana, admin, tasks, signed_in: SignIn):
    signed_in(ana).post("/tasks/?status=open", {"name": "Mine"})

    answer = signed_in(admin).post("/tasks/", {"remove": SavedView.objects.get().pk})

    assert answer.status_code == 404
    assert SavedView.objects.count() == 1


def test_the_auditor_sees_the_list_and_saves_no_view(auditor, signed_in: SignIn):
    client = signed_in(auditor)

    assert client.get("/tasks/").status_code == 200
    assert client.post("/tasks/?status=open", {"name": "Mine"}).status_code == 403
    assert not SavedView.objects.exists()


def test_a_filter_with_a_default_is_in_effect_until_the_reader_says_any(ana, tasks, rf: RequestFactory):
    page = ListPage(
        key="tests.default",
        title=str,
        rows=lambda member: Task.objects.visible_to(member),
        columns=TASKS.columns,
        filters=(
            Filter("status", "Status", lambda _: STATES, lambda rows, value: rows.filter(status=value), default="open"),
        ),
    )

    def count(query: str) -> str:
        request = rf.get(f"/{query}")
        request.user = ana
        answer = list_view(page)(request)
        assert isinstance(answer, HttpResponse)
        return answer.content.decode().split("</h1>")[0][-1]

    assert [count(""), count("?status="), count("?status=done")] == ["2", "3", "1"]


def test_a_filter_may_not_take_the_name_of_what_every_list_has():
    with pytest.raises(ValueError, match="page"):
        ListPage(
            "x", str, lambda m: Task.objects.all(), (), (Filter("page", "Page", lambda _: [], lambda rows, _: rows),)
        )


def test_what_replaces_the_list_can_be_found_again_by_the_keyboard(ana, tasks, signed_in: SignIn):
    """htmx gives the focus back to what has the same id: a header that was pressed, a view, a page, the filter's button."""
    html = signed_in(ana).get("/tasks/?sort=title").content.decode()

    assert 'id="sort-title" href="?' in re.sub(r"\s+", " ", html)
    assert len(re.findall(r'id="([^"]+)"', html)) == len(set(re.findall(r'id="([^"]+)"', html)))
