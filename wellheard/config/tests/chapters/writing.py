"""Customers decide what they get, a rule says who belongs together, and each of them is written to by name, once."""

import re
from http import HTTPStatus

from playwright.sync_api import Page, expect

from wellheard.config.tests.chapters.knowing import ADA, BORIS, MIA, mail_to, without_scripts
from wellheard.config.tests.serving import link_in
from wellheard.config.tests.world import World, field_named, press, told

SEGMENT = "Those of Lind"
SUBJECT = "News for {person.name}"
TEXT = "Dear {person.name},\n\nthe hoses for {account.name} are thicker now."


def a_decision_is_noted(world: World) -> None:
    """What Boris said on the phone is noted, with what shows it; nothing is ever changed about it."""
    page = without_scripts(world)
    page.goto(f"{world.addresses['Boris Lind']}consents/")
    field_named(page, "About what").select_option(label="You said, we did")
    field_named(page, "What they decided").select_option("withdrawn")
    field_named(page, "Where they said so").select_option(label="said to one of us")
    field_named(page, "What shows it").fill("He said so on the phone, to Ana.")
    press(page, "Note it")
    expect(page.locator("main")).to_contain_text("He said so on the phone, to Ana.")
    world.open("ana", page.url, "What Boris Lind agreed to")


def a_segment_is_made_by_a_rule(world: World) -> None:
    """A condition is added, whom it fits is shown before anything is saved; with and without scripts."""
    page = without_scripts(world)
    page.goto("/customers/segments/new/?basis=rule")
    field_named(page, "Name").fill(SEGMENT)
    page.locator("#new-0").select_option("name")
    press(page, "Add a condition")
    page.locator("[name$='-how']").select_option(label="contains")
    page.locator("[name$='-value']").fill("Lind")
    press(page, "Show whom it fits")
    expect(page.locator("main")).to_contain_text("Lind & Söhne")
    press(page, "Save the segment")
    expect(page.get_by_role("heading", level=1)).to_have_text(SEGMENT)
    world.addresses["segment"] = page.url

    page = world.open("ana", page.url, SEGMENT)
    page.get_by_role("link", name="Change it").click()
    world.see(page, f"Change {SEGMENT}")
    page.locator("#new-0").select_option("city")
    press(page, "Add a condition")
    expect(page.locator("[name$='-how']")).to_have_count(2)
    world.see(page)
    page.get_by_role("button", name="Remove").last.click()
    expect(page.locator("[name$='-how']")).to_have_count(1)
    press(page, "Show whom it fits")
    expect(page.locator("main")).to_contain_text("Lind & Söhne")
    world.see(page)
    press(page, "Save the segment")
    world.see(page, SEGMENT)


def a_message_is_written(world: World) -> None:
    """A template with named fields; one that there is not is refused by its name."""
    page = world.open("ana", "/customers/mailings/templates/new/", "A new template")
    field_named(page, "Name").fill("Thicker hoses")
    field_named(page, "Purpose").select_option(label="You said, we did")
    page.locator("[name=subject_en]").fill(SUBJECT)
    page.locator("[name=text_en]").fill(f"{TEXT} {{person.shoe}}")
    with world.witness.expecting(HTTPStatus.UNPROCESSABLE_ENTITY):
        press(page, "Save the template")
        expect(page.locator("main")).to_contain_text("person.shoe")
        world.see(page)
    page.locator("[name=text_en]").fill(TEXT)
    press(page, "Save the template")
    told(page, "Nothing is sent by it alone.")
    world.see(page)


def each_reads_it_before_it_goes(world: World) -> None:
    """The list says who gets it and who does not, and why; then it is approved and arrives."""
    page = world.open("ana", "/customers/mailings/new/", "Write to customers")
    field_named(page, "Message").select_option(label="Thicker hoses")
    field_named(page, "Or these people").fill("\n".join((ADA, BORIS, MIA, "Oskar Lind")))
    press(page, "Show who gets it")
    world.see(page, "Thicker hoses")
    world.addresses["mailing"] = page.url
    seen = page.locator("#preview, section:has(#preview)").first
    expect(seen).to_contain_text("Dear Ada Lind")
    page.get_by_role("link", name="The next one").click()
    expect(page.locator("main")).to_contain_text("Dear Mia Rousseau")
    assert world.mailbox.to(ADA) == []
    press(page, "Approve and send to 2 people")
    told(page, "is being sent")
    text, _ = mail_to(world, ADA, "Dear Ada Lind")
    assert "the hoses for Lind & Söhne are thicker now." in text
    mail_to(world, MIA, "Dear Mia Rousseau")
    assert world.mailbox.to(BORIS) == []
    page.reload()
    world.see(page)


def a_customer_chooses_from_the_mail(world: World) -> None:
    """Mia opens her own page from the mail, on a phone without scripts, and says how often; a GET changed nothing."""
    text, _ = mail_to(world, MIA, "Dear Mia Rousseau")
    context = world.context(scripts=False, phone=True, language="fr-FR")
    page = world.witness.follow(context.new_page())
    centre = link_in(text, "/m/")
    page.goto(centre)
    page.locator("[name=frequency]").select_option(index=1)
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("status")).to_be_visible()
    context.close()
    world.see(_stranger(world, "mia", centre))


def one_click_ends_it(world: World) -> None:
    """Ada's mail program posts what RFC 8058 says; a scanner that only follows the link ends nothing."""
    _, header = mail_to(world, ADA, "Dear Ada Lind")
    found = re.search(r"<(http[^>]+)>", header)
    assert found is not None, header
    world.see(_stranger(world, "ada", found[1]))
    page = world.open("ana", f"{world.addresses['Ada Lind']}consents/", "What Ada Lind agreed to")
    assert "They have not decided anything yet" in page.locator("main").inner_text()
    request = world.context().request
    answered = request.post(found[1], form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
    assert answered.status == HTTPStatus.OK
    page.reload()
    assert "They have not decided anything yet" not in page.locator("main").inner_text()
    world.see(page)
    world.see(_stranger(world, "ada", found[1]))


def _stranger(world: World, name: str, address: str) -> Page:
    """A browser of theirs alone, at this address."""
    page = world.person(name)
    page.goto(address)
    return page
