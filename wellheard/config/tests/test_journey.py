"""Two journeys in a real browser, on the product as an operator starts it: the whole thread, and all about customers.

A customer gives a low score with a comment; the right person is alerted; the case is handled to a fair end; its cause opens
an action whose test is fixed before anyone acts; the months pass and the verdict is computed and signed; everyone who said
it is told once; the auditor follows the whole thread backwards.

Customers come from a file, from the phone and from a visit; they decide what they get and are written to by name; two become
one and two again; what parties need is reviewed, who may leave is noticed; and who wants to go is forgotten.

Every page on the way is looked at by axe, light and dark, and on a narrow screen.
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
from wellheard.config.tests.chapters import (
    handling,
    house,
    keeping,
    knowing,
    listening,
    proving,
    showing,
    telling,
    writing,
)
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
CUSTOMERS: tuple[Callable[[World], None], ...] = (
    house.a_founder_takes_the_house,
    knowing.customers_come_from_a_file,
    knowing.they_come_again,
    knowing.someone_without_an_address_is_a_person,
    knowing.a_call_is_kept_in_seconds,
    knowing.heard_words_become_feedback,
    writing.a_decision_is_noted,
    writing.a_segment_is_made_by_a_rule,
    writing.a_message_is_written,
    writing.each_reads_it_before_it_goes,
    writing.a_customer_chooses_from_the_mail,
    writing.one_click_ends_it,
    keeping.a_double_is_added,
    keeping.two_become_one_and_two_again,
    keeping.a_party_says_what_it_needs,
    keeping.who_may_leave_is_noticed,
    keeping.everything_is_looked_at,
    keeping.someone_asks_what_we_have,
    keeping.a_hold_stands_before_the_erasure,
    keeping.nothing_is_missing_from_the_trail,
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
    _walk(CHAPTERS, world, tmp_path)


def test_customers_are_known_written_to_by_name_and_forgotten(world: World, tmp_path: Path) -> None:
    _walk(CUSTOMERS, world, tmp_path)


def _walk(chapters: tuple[Callable[[World], None], ...], world: World, folder: Path) -> None:
    for chapter in chapters:
        began = time.monotonic()
        try:
            chapter(world)
        except BaseException:
            _leave_pictures(world, folder, chapter.__name__)
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
