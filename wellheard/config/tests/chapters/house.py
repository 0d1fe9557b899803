"""The house is set up: a founder, a site with its hours and holidays, members, and an import that is tried and undone."""

import csv
import io
from datetime import date, timedelta

from holidays import country_holidays
from playwright.sync_api import Page, expect

from wellheard.config.tests.serving import link_in, text_of
from wellheard.config.tests.world import PASSWORD, World, field_named, press, told

ANA, BEN, OTTO = "ana@rosetau.example", "ben@rosetau.example", "otto@audit.example"
STOCKTAKING = "Stocktaking"

# Days and months that could be either: the file can't tell, so it has to be asked.
ROWS = (
    ("03/04/2026 09:12:00", "9", "Landscapers", "Everything arrived on time."),
    ("03/05/2026 10:40:00", "2", "Landscapers", "Zwei Ventile waren gesprungen."),
    ("04/05/2026 08:05:00", "10", "Garden centres", ""),
    ("05/06/2026 17:30:00", "7", "Garden centres", "Fine."),
    ("06/07/2026 12:00:00", "10", "Landscapers", "Third season, not one leak."),
    ("07/08/2026 12:00:00", "", "Landscapers", "I would rather not give a number."),
)


def first_working_day_after(day: date) -> date:
    """The next day on which Leipzig would work, were it not for the stocktaking."""
    saxon = country_holidays("DE", subdiv="SN")
    found = day + timedelta(days=1)
    while found.weekday() > 4 or found in saxon:
        found += timedelta(days=1)
    return found


def a_founder_takes_the_house(world: World) -> None:
    """The link that the program printed lets the first member in, once; home teaches how to begin."""
    link = link_in(world.product.said(), "/first/")

    page = world.open("ana", link, "Begin with two names")
    field_named(page, "What is your organisation called?").fill("Rosetau")
    field_named(page, "Your name").fill("Ana Brandt")
    field_named(page, "Your mail address").fill(ANA)
    field_named(page, "Choose a password").fill("short")
    press(page, "Save and sign in")
    expect(page.get_by_text("Nothing is saved yet; a password is never kept.")).to_be_visible()
    world.see(page)
    field_named(page, "Choose a password").fill(PASSWORD)
    press(page, "Save and sign in")

    world.see(page, "Nothing needs you today.")
    expect(page.get_by_role("heading", name="Three ways to begin")).to_be_visible()
    with world.witness.expecting(410):
        again = world.open("stranger", link, "This link opens nothing.")
    expect(again.get_by_text("This link has been used already.")).to_be_visible()


def sites_have_hours_and_holidays(world: World) -> None:
    """The first site gets its name, hours, public holidays and a closing day of its own; a second one is added."""
    page = world.open("ana", "/sites/", "One site")
    page.get_by_role("link", name="Headquarters").click()
    world.see(page, "Headquarters")
    closed = first_working_day_after(world.today)
    field_named(page, "Name").fill("Leipzig")
    field_named(page, "Time zone").select_option("Europe/Berlin")
    field_named(page, "Friday").fill("08:00-12:00, 12:30-15:00")
    field_named(page, "Public holidays of").select_option("DE")
    field_named(page, "Region").fill("SN")
    field_named(page, "Further closing days").fill(f"{closed.isoformat()} {STOCKTAKING}")
    press(page, "Save the site")
    told(page, "Saved. New promises at Leipzig are counted with it")

    page.goto("/sites/new/")
    field_named(page, "Name").fill("Lyon")
    field_named(page, "Time zone").select_option("Europe/Paris")
    field_named(page, "Monday").fill("from nine to five")
    press(page, "Save the site")
    expect(page.get_by_text("can’t be read as hours").first).to_be_visible()
    world.see(page, "Add a site")
    field_named(page, "Monday").fill("9-17")
    press(page, "Save the site")
    told(page, "Lyon is there.")
    world.see(page, "Two sites")


def members_get_their_links_by_mail(world: World) -> None:
    """Ben and the auditor get accounts, and come in through the links in their mails."""
    _give_account(world, "Ben Okafor", BEN, "Front line", site="Leipzig", only=True)
    _give_account(world, "Otto Reiter", OTTO, "Auditor")
    world.open("ana", "/members/", "Three members")
    for person, address in (("ben", BEN), ("otto", OTTO)):
        mail = world.mailbox.wait_for(address, "/first/")
        page = world.open(person, link_in(text_of(mail), "/first/"), "Welcome to Rosetau.")
        field_named(page, "Choose a password").fill(PASSWORD)
        press(page, "Save and sign in")
        world.see(page, "Nothing needs you today.")


def _give_account(world: World, name: str, address: str, role: str, *, site: str = "", only: bool = False) -> None:
    page = world.open("ana", "/members/new/", "Who shall have an account?")
    field_named(page, "Name").fill(name)
    field_named(page, "Mail address").fill(address)
    page.get_by_label(role, exact=True).check()
    if site:
        field_named(page, "Site").select_option(label=site)
    if only:
        page.get_by_label("The roles hold at this site only").check()
    press(page, "Give the account")
    world.see(page, name)


def answers_are_imported_and_taken_back(world: World) -> None:
    """An export is looked into, asked about, imported, read, and undone without a trace in the score."""
    page = world.open("ana", "/surveys/import/", "Bring the answers that you have")
    _choose_file(page)
    press(page, "Look into the file")
    world.see(page, "All 6 answers can be imported")
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.get_by_text("Without a score, but kept: 1")).to_be_visible()

    field_named(page, "The group of customers").select_option("Segment")
    with world.witness.expecting(422):
        press(page, "Import 6 answers")
        expect(page.get_by_text("This has to be answered first. Nothing was saved.")).to_be_visible()
        world.see(page)
    expect(field_named(page, "The group of customers")).to_have_value("Segment")
    page.get_by_role("radio", name="day before month").check()
    press(page, "Import 6 answers")
    world.see(page, "6 answers imported")
    batch = page.url

    page.get_by_role("link", name="See the results").click()
    score = page.locator("figure.score").first
    expect(score.locator(".value")).to_have_text("40")
    expect(score.locator(".name")).to_contain_text("between")
    expect(score).to_contain_text("5 answers")
    world.see(page)
    page.goto(batch)
    page.get_by_role("link", name="Take it back").click()
    world.see(page, "Take 6 answers back?")
    press(page, "Take it back")
    world.see(page, "This import was taken back")
    world.open("ana", "/surveys/", "")
    expect(page.get_by_text("Autumn calls")).to_have_count(0)


def _choose_file(page: Page) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("Timestamp", "How likely are you to recommend us?", "Segment", "Why?"), *ROWS])
    buffer = text.getvalue().encode()
    page.locator("#file").set_input_files({"name": "Autumn calls.csv", "mimeType": "text/csv", "buffer": buffer})
