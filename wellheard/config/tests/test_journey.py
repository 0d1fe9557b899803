"""One journey through the whole thread, in a real browser, on the product as an operator starts it.

A customer gives a low score with a comment; the right person is alerted; the case is handled to a fair end; its cause opens
an action whose test is fixed before anyone acts; the months pass and the verdict is computed and signed; everyone who said
it is told once; the auditor follows the whole thread backwards. Every page on the way is looked at by axe, light and dark.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import sync_playwright

from wellheard.config.tests.axe import SOURCE, Witness
from wellheard.config.tests.chapters import handling, house, listening, proving, showing, telling
from wellheard.config.tests.serving import ROOT, Mailbox, Product
from wellheard.config.tests.world import World

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(), reason="Chromium is not installed; on Debian: apt install chromium"
    ),
    pytest.mark.skipif(
        not (SOURCE.exists() and (ROOT / "wellheard/core/static/vendor").is_dir()),
        reason="the assets are not built; `make setup` builds them",
    ),
]

CHAPTERS: tuple[Callable[[World], None], ...] = (
    house.a_founder_takes_the_house,
    house.sites_have_hours_and_holidays,
    house.members_get_their_links_by_mail,
    house.answers_are_imported_and_taken_back,
    listening.customers_are_known,
    listening.a_rule_is_read_and_changed,
    listening.a_survey_is_written_and_opened,
    listening.someone_answers_on_a_phone,
    listening.the_owner_is_alerted,
    handling.the_case_waits_with_its_clock,
    handling.the_customer_hears_from_a_person,
    handling.ben_finds_out_and_answers,
    handling.the_customer_is_content,
    proving.the_past_is_known,
    proving.the_cause_is_found,
    proving.the_test_is_locked_before_anyone_acts,
    proving.the_months_pass,
    proving.the_verdict_is_signed,
    telling.the_notice_is_written,
    telling.others_who_said_it_are_found,
    telling.everyone_is_told_once,
    telling.anyone_can_read_it,
    showing.the_auditor_walks_backwards,
    showing.every_write_is_refused,
    showing.the_trail_proves_itself,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The product as it is when it was just installed: nothing set up, nobody signed in."""
    data = tmp_path / "data"
    data.mkdir()
    with Mailbox() as mailbox, Product(data, mailbox.port) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        today = datetime.now(ZoneInfo("Europe/Berlin")).date()
        yield World(product, mailbox, browser, Witness(), today)
        browser.close()


def test_a_low_score_is_heard_handled_proven_told_and_walked_backwards(world: World, tmp_path: Path) -> None:
    for chapter in CHAPTERS:
        began = time.monotonic()
        try:
            chapter(world)
        except BaseException:
            _leave_pictures(world, tmp_path, chapter.__name__)
            raise
        sys.stdout.write(f"{chapter.__name__}: {time.monotonic() - began:.1f} s\n")

    assert world.witness.faults == []
    assert "Traceback" not in world.product.said()


def _leave_pictures(world: World, folder: Path, chapter: str) -> None:
    """What everyone's browser showed when it went wrong, and what the product had printed: shown with the failed test."""
    for name, page in world.pages.items():
        picture = folder / f"{chapter}-{name}.png"
        page.screenshot(path=picture, full_page=True)
        sys.stdout.write(f"{name} was at {page.url}: {picture}\n")
    sys.stdout.write(f"Faults so far: {world.witness.faults}\nThe product said:\n{world.product.said()[-3000:]}\n")
