"""Customers come from a file, from the phone and from a visit; what they say in a conversation becomes feedback."""

import csv
import io

from playwright.sync_api import Page, expect

from wellheard.config.tests.serving import text_of
from wellheard.config.tests.world import World, field_named, press, told

ADA, BORIS, MIA = "ada@lind.example", "boris@lind.example", "mia@ferme.example"
HEADER = ("First Name", "Last Name", "Company", "Phone", "Language")
# The columns of an export that slipped: the address stands where the last name should be.
SLIPPED = (
    ("Ada Lind", ADA, "Lind & Söhne", "+49 341 9604321", "en"),
    ("Boris Lind", BORIS, "Lind & Söhne", "4.93E+11", "de"),
    ("Mia Rousseau", MIA, "Ferme du Lac", "+33 4 72 40 55 55", "fr"),
    ("Nobody", "not@an@address", "", "", ""),
)
WORDS = "The hoses kink as soon as the sun is on them."
MORE_WORDS = "Your driver always rings first, and we like that."


def customers_come_from_a_file(world: World) -> None:
    """The file is looked into, a question is answered, every row gets its verdict, and all of it is taken back."""
    page = world.open("ana", "/customers/", "No customers")
    page.goto("/customers/imports/contacts/")
    world.see(page, "Bring the customers that you have")
    _look_into(page)
    world.see(page, "")
    with world.witness.expecting(422):
        page.get_by_role("button", name="Import ", exact=False).click()
        expect(page.get_by_text("This has to be answered first. Nothing was saved.")).to_be_visible()
        world.see(page)
    _answer(page)
    world.see(page, "rows imported")
    for words in ("new", "rejected", "not@an@address"):
        expect(page.locator("main")).to_contain_text(words)
    page.get_by_role("link", name="Row by row").click()
    world.see(page)
    page.go_back()
    page.get_by_role("link", name="Take it back").click()
    world.see(page, "back?")
    press(page, "Take it back")
    world.see(page, "This import was taken back")
    world.open("ana", "/customers/people/", "No people")


def they_come_again(world: World) -> None:
    """The same file is read as it was the last time; now it stays."""
    page = world.open("ana", "/customers/imports/contacts/", "Bring the customers that you have")
    _look_into(page)
    if page.get_by_role("radio").count():
        _answer(page)
    else:
        page.get_by_role("button", name="Import ", exact=False).click()
    world.see(page, "rows imported")
    page = world.open("ana", "/customers/people/", "people")
    for name in ("Ada Lind", "Boris Lind", "Mia Rousseau"):
        world.addresses[name] = world.product.url + str(page.get_by_role("link", name=name).get_attribute("href"))


def someone_without_an_address_is_a_person(world: World) -> None:
    """Whoever only calls is added without a mail address, also in a browser that runs no scripts."""
    page = without_scripts(world)
    page.goto("/customers/people/new/")
    field_named(page, "Name").fill("Oskar Lind")
    field_named(page, "Phone").fill("0341 9604399")
    field_named(page, "Speaks for").fill("Lind & Söhne")
    press(page, "Add this person")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oskar Lind")
    world.addresses["Oskar Lind"] = page.url
    world.see(world.open("ana", page.url, "Oskar Lind"))


def a_call_is_kept_in_seconds(world: World) -> None:
    """From the person's page with the keyboard alone: one field, Enter, done."""
    page = world.open("ana", world.addresses["Oskar Lind"], "Oskar Lind")
    reach(page, "link", "Log a conversation")
    page.keyboard.press("Enter")
    world.see(page, "A conversation with Oskar Lind")
    reach(page, "textbox", "What it was about")
    page.keyboard.type("About the hoses of the spring order.")
    reach(page, "textbox", "What they said, in their own words")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    page.keyboard.type(MORE_WORDS)
    reach(page, "textbox", "To be done next")
    page.keyboard.type("Send the thicker hose")
    reach(page, "button", "Keep it")
    page.keyboard.press("Enter")
    told(page, "Kept as ")
    world.see(page)
    world.addresses["conversation"] = page.url


def heard_words_become_feedback(world: World) -> None:
    """One press makes a statement of what they said; the way leads there and back."""
    page = world.open("ana", world.addresses["conversation"])
    press(page, "Keep it as feedback")
    expect(page.get_by_text("Kept as feedback:")).to_be_visible()
    world.see(page)
    page.locator("p", has_text="Kept as feedback:").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text(WORDS)
    world.see(page)
    page = world.open("ana", world.addresses["Oskar Lind"], "Oskar Lind")
    expect(page.locator("main")).to_contain_text(WORDS)


def without_scripts(world: World) -> Page:
    """Ana's browser with scripts switched off."""
    if "ana without scripts" not in world.pages:
        context = world.context(scripts=False)
        context.add_cookies(world.person("ana").context.cookies())  # type: ignore[arg-type]
        world.pages["ana without scripts"] = world.witness.follow(context.new_page())
    return world.pages["ana without scripts"]


def reach(page: Page, role: str, name: str) -> None:
    """Press Tab until this control has the focus."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(120):
        if wanted.evaluate("(each) => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to the {role} “{name}” on {page.url}")


def mail_to(world: World, address: str, words: str) -> tuple[str, str]:
    """Text and List-Unsubscribe of the mail that arrived."""
    mail = world.mailbox.wait_for(address, words)
    return text_of(mail), str(mail["List-Unsubscribe"] or "")


def _look_into(page: Page) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *SLIPPED])
    page.locator("#file").set_input_files(
        {"name": "People.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    )
    press(page, "Look into the file")


def _answer(page: Page) -> None:
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Import ", exact=False).click()
