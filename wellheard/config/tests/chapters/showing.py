"""The auditor walks the thread backwards, changes nothing, and the trail proves itself."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import expect

from wellheard.config.tests.chapters.listening import CLEO_WORDS
from wellheard.config.tests.chapters.proving import ACTION, WHYS
from wellheard.config.tests.chapters.telling import TEXTS
from wellheard.config.tests.serving import wellheard
from wellheard.config.tests.world import World

READ_ONLY = "Your account may look at everything"


def the_auditor_walks_backwards(world: World) -> None:
    """From the verdict to the words with which it began, on one page; and the trail of it."""
    page = world.open("otto", "/evidence/", "")
    page.goto(f"{world.addresses['action']}verdict/")
    world.see(page, ACTION)
    expect(page.get_by_label("Your password")).to_have_count(0)
    number = re.findall(r"\d+", world.addresses["action"])[-1]
    world.open("otto", f"/evidence/thread/improvement.correctiveaction/{number}/", "nothing is missing")
    for words in (TEXTS["en"][0], "It worked.", ACTION, WHYS[-1][0], CLEO_WORDS):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.get_by_text("The record says what the trail says").first).to_be_visible()

    page.goto(f"{world.addresses['action']}verdict/")
    for step in ("Told", "Action", "Verdict", "Cause", "Case", "Answer"):
        page.locator("ol.thread").get_by_role("link", name=step, exact=True).click()
        expect(page.locator("ol.thread [aria-current=step]")).to_contain_text(step)
        world.see(page)
    world.open("otto", f"/evidence/trail/improvement.correctiveaction/{number}/", "entries about ACT-")
    world.open("otto", "/evidence/trail/", "")


def every_write_is_refused(world: World) -> None:
    """No button is shown that would change something, and whoever sends the request all the same gets 403."""
    addresses = world.addresses
    for address in (
        addresses["case"],
        addresses["action"],
        addresses["notice"],
        addresses["survey"],
        "/feedback/rules/",
    ):
        page = world.open("otto", address)
        forms = page.locator(
            "main form[method=post]:not([action^='/account/'])"
        )  # the theme and signing out are theirs
        assert forms.count() == 0, f"{address} shows the auditor a form that writes"
    for address in (
        f"{addresses['case']}note/",
        f"{addresses['action']}close/",
        f"{addresses['notice']}tellings/",
        f"{addresses['survey']}close/",
        "/surveys/import/",
        "/feedback/rules/1/",
        "/members/new/",
        "/cases/new/",
    ):
        refused = world.post("otto", address, text="I was here", title="I was here")
        assert (address, refused.status) == (address, HTTPStatus.FORBIDDEN)
        assert READ_ONLY in refused.text()


def the_trail_proves_itself(world: World) -> None:
    """Whole as it is; in a copy in which someone changed a row by hand, that row is named."""
    whole = world.product.run("trail", "verify", "--json")
    found = json.loads(whole.stdout)
    assert (whole.returncode, found["ok"], found["first_broken"]) == (0, True, None)

    copy = world.product.data.parent / "copy"
    _copy_of(world.product.data, copy)
    with closing(sqlite3.connect(copy / "wellheard.sqlite3")) as database:
        triggers = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_trailentry'"
        )
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        query = "SELECT seq FROM core_trailentry WHERE action = 'cases.answer' ORDER BY seq LIMIT 1"
        [changed] = database.execute(query).fetchone()
        database.execute(
            "UPDATE core_trailentry SET body = replace(body, 'cases.answer', 'cases.forget') WHERE seq = ?", [changed]
        )
        database.commit()
    broken = wellheard("trail", "verify", "--json", data=copy)
    assert (broken.returncode, json.loads(broken.stdout)) == (
        1,
        {"entries": found["entries"], "ok": False, "first_broken": changed},
    )


def _copy_of(data: Path, copy: Path) -> None:
    """The data folder as it is now; the database through SQLite itself, as others are writing."""
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("*.sqlite3*", "static"))
    with (
        closing(sqlite3.connect(data / "wellheard.sqlite3")) as source,
        closing(sqlite3.connect(copy / "wellheard.sqlite3")) as target,
    ):
        source.backup(target)
