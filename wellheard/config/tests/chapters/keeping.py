"""Two records become one and two again; what parties need is reviewed; who may leave is noticed; who wants to go is forgotten."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from wellheard.config.tests.chapters.knowing import ADA, WORDS, without_scripts
from wellheard.config.tests.world import World, field_named, press, told

NEED = "Hoses that stand the sun"
PAGES = (
    "/customers/",
    "/customers/new/",
    "/customers/people/",
    "/customers/people/new/",
    "/customers/fields/",
    "/customers/fields/new/",
    "/customers/conversations/",
    "/customers/segments/",
    "/customers/segments/new/",
    "/customers/segments/clusters/",
    "/customers/mailings/",
    "/customers/mailings/templates/",
    "/customers/mailings/purposes/",
    "/customers/mailings/purposes/1/",
    "/customers/mailings/suppressions/",
    "/customers/buying/",
    "/customers/buying/customers/",
    "/customers/buying/rfm/",
    "/customers/buying/again/",
    "/customers/buying/worth/",
    "/customers/buying/lost/",
    "/customers/buying/unknown/",
    "/customers/orders/",
    "/customers/parties/",
    "/customers/parties/new/",
    "/customers/parties/starters/",
    "/customers/parties/picture/",
    "/customers/imports/",
    "/customers/imports/sources/",
    "/customers/imports/proposals/",
    "/customers/imports/unsubscribes/",
    "/customers/imports/transactions/",
    "/customers/duplicates/",
    "/customers/merges/",
    "/customers/care/",
    "/customers/privacy/",
    "/customers/holds/",
    "/customers/retention/",
    "/customers/retention/customers.conversations/",
)


def a_double_is_added(world: World) -> None:
    """Who resembles somebody known is asked about first; all the same it can be another one."""
    page = world.open("ana", "/customers/people/new/", "")
    field_named(page, "Name").fill("Ada Lynd")
    field_named(page, "Phone").fill("+49 341 9604321")
    field_named(page, "Speaks for").fill("Lind & Söhne")
    press(page, "Add this person")
    expect(page.get_by_text("Is it one of these?")).to_be_visible()
    world.see(page)
    press(page, "It is a new person")
    world.see(page, "Ada Lynd")
    world.addresses["Ada Lynd"] = page.url


def two_become_one_and_two_again(world: World) -> None:
    """Everybody is compared, the pair is looked at, merged, and the merge is taken back."""
    page = world.open("ana", "/customers/care/", "")
    press(page, "Compare everybody now")
    told(page, "Everybody is being compared.")
    pair = page.get_by_role("link", name="Ada").first
    for _ in range(40):
        if pair.count():
            break
        page.wait_for_timeout(500)
        page.goto("/customers/duplicates/")
    pair.click()
    world.see(page, "one?")
    page.get_by_role("link", name="They are one").click()
    world.see(page, "becomes one with")
    press(page, "Merge them")
    told(page, "is now one with")
    world.see(page)
    page.goto("/customers/merges/")
    page.locator("main tbody").get_by_role("link", name="MRG-").first.click()
    world.see(page, "was merged into")
    field_named(page, "Why").fill("They are mother and daughter.")
    press(page, "Take the merge back")
    told(page, "Both are there again.")
    world.see(page)
    for name in ("Ada Lind", "Ada Lynd"):
        world.open("ana", world.addresses[name], name)


def a_party_says_what_it_needs(world: World) -> None:
    """A party in a line, its need in a sentence, a decision about it, and a review that keeps the state of today."""
    page = without_scripts(world)
    page.goto("/customers/parties/new/")
    field_named(page, "Name").fill("Gardeners of Leipzig")
    press(page, "Add the party")
    expect(page.locator("main")).to_contain_text("Nothing is written down yet.")
    field_named(page, "What they need or expect").fill(NEED)
    press(page, "Write it down")

    party = page.url.split("#")[0]
    page = world.open("ana", party)
    page.get_by_role("link", name=NEED).click()
    world.see(page, NEED)
    field_named(page, "How it is met").fill("Incoming inspection of every roll.")
    press(page, "Save the need")
    told(page, "Saved.")
    page.goto(f"{party}review/")
    world.see(page, "Is it still true")
    field_named(page, "What you found, and what you decide").fill("They are content with the thicker hose.")
    press(page, "Keep the review")
    world.see(page)
    expect(page.locator("main")).to_contain_text("They are content with the thicker hose.")
    page.get_by_text("Decide it").click()
    page.get_by_label("Yes, they do").check()
    field_named(page, "Why we think so").fill("They water less each year.")
    press(page, "Keep the decision")
    world.see(page)


def who_may_leave_is_noticed(world: World) -> None:
    """Orders come every week and then no more: the customer stands on the list, with the reason in a sentence."""
    text = io.StringIO()
    rows = [("Order", "Date", "Customer", "Amount", "Currency")]
    for number in range(8):
        day = world.today - timedelta(days=30 + 7 * number)
        rows.append((f"R-{number}", day.isoformat(), ADA, "120.50", "EUR"))
    csv.writer(text).writerows(rows)
    page = world.open("ana", "/customers/imports/transactions/", "Bring what your customers bought")
    page.locator("#file").set_input_files(
        {"name": "Orders.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    )
    press(page, "Look into the file")
    world.see(page)
    page.get_by_role("button", name="Import ", exact=False).click()
    world.see(page, "8 ")
    row = page.locator("main tbody th a").first
    for _ in range(40):
        page.goto("/customers/buying/warnings/")
        if row.count():
            break
        page.wait_for_timeout(500)
    world.see(page)
    row.click()
    world.see(page)
    page.get_by_role("button", name="Open the task for", exact=False).click()
    world.see(page)


def everything_is_looked_at(world: World) -> None:
    """Every further page of customers, light and dark and narrow."""
    seen = {urlsplit(address).path for address in world.witness.seen}
    for address in PAGES:
        if address not in seen:
            world.open("ana", address)


def someone_asks_what_we_have(world: World) -> None:
    """Only after it is sure that it is him is the file handed out; it holds his own words."""
    page = world.open("ana", f"{world.addresses['Oskar Lind']}privacy/", "What Oskar Lind asks about their data")
    page.get_by_role("radio").first.check()
    press(page, "Note it")
    world.see(page)
    field_named(page, "How we made sure").fill("Called back on the known number.")
    press(page, "Note it")
    told(page, "Noted.")
    world.see(page)
    with page.expect_download() as download:
        press(page, "Take the file")
    with zipfile.ZipFile(Path(download.value.path())) as handed:
        assert {"data.json", "read-me.html"} <= set(handed.namelist())
        assert WORDS in handed.read("data.json").decode()
    press(page, "They have it: done")
    told(page, "is answered.")


def a_hold_stands_before_the_erasure(world: World) -> None:
    """He wants to be forgotten; while a dispute lasts nothing goes; afterwards everything that says who he is."""
    person = world.addresses["Oskar Lind"]
    number = person.rstrip("/").rsplit("/", 1)[-1]
    hold = f"/customers/holds/person/{number}/"
    page = world.open("ana", hold, "Keep the data of Oskar Lind")
    field_named(page, "Why").fill("A dispute about the spring order.")
    press(page, "Keep it")
    told(page, "is kept from now on.")

    page.goto(f"{person}privacy/")
    page.get_by_role("radio").nth(1).check()
    field_named(page, "How we made sure").fill("He stood before us.")
    press(page, "Note it")
    world.see(page)
    request = page.url
    expect(page.get_by_text("A legal hold keeps this data")).to_be_visible()
    world.post("ana", f"{request}step/", step="erase")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Oskar Lind")

    world.open("ana", hold, "A legal hold keeps the data of Oskar Lind")
    field_named(page, "Why").fill("They settled.")
    press(page, "Lift the hold")
    told(page, "The hold is lifted.")
    page.goto(request)
    world.see(page)
    page.get_by_role("button", name="Erase Oskar Lind").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Erased person")
    world.see(page)
    for address in (person, "/customers/people/?q=Oskar", world.addresses["conversation"]):
        with world.witness.expecting(HTTPStatus.NOT_FOUND):
            page.goto(address)
            assert "Oskar Lind" not in page.locator("main").inner_text(), address


def nothing_is_missing_from_the_trail(world: World) -> None:
    """The trail is whole, though a person was erased from it."""
    found = world.product.run("trail", "verify", "--json")
    said = json.loads(found.stdout)
    assert (found.returncode, said["ok"], said["first_broken"]) == (0, True, None)
