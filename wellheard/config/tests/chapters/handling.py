"""The case is acknowledged, assessed, investigated, answered and closed; the customer follows it without an account."""

from http import HTTPStatus

from playwright.sync_api import expect

from wellheard.config.tests.chapters.house import STOCKTAKING
from wellheard.config.tests.chapters.listening import CLEO, CLEO_WORDS
from wellheard.config.tests.future import CAUSE
from wellheard.config.tests.serving import link_in, text_of
from wellheard.config.tests.world import World, field_named, press, told

TITLE = CLEO_WORDS.removesuffix(".")
ANSWER = "Sie haben recht: die Ventile lagen lose im Karton. Ersatz ist unterwegs."
QUESTION = "Kommt der Ersatz noch diese Woche?"


def the_case_waits_with_its_clock(world: World) -> None:
    """Ben's home names it; the case shows the words first, and explains why it is due when it is due."""
    page = world.open("ben", "/", "Three things need you.")
    expect(page.get_by_text("Call Gärtnerei Holzapfel back").first).to_be_visible()
    world.open("ben", "/work/", "Three things need you.")
    page.get_by_role("link", name="Acknowledge Gärtnerei Holzapfel").click()
    world.see(page, TITLE)
    world.addresses["case"] = page.url
    expect(page.locator(".voice").first).to_contain_text(CLEO_WORDS)
    clock = page.locator(".clock")
    expect(clock).to_contain_text("Acknowledgement due")
    expect(clock).to_contain_text(STOCKTAKING)
    expect(page.get_by_text("The mail in German is ready")).to_be_visible()


def the_customer_hears_from_a_person(world: World) -> None:
    """One press sends the mail that is ready; its link shows the customer where it stands, and takes a message."""
    page = world.person("ben")
    field_named(page, "A sentence of your own").fill("Das tut uns leid.")
    press(page, "Acknowledge it")
    told(page, "Acknowledged.")
    mail = world.mailbox.wait_for(CLEO, "/c/CAS-")
    text = text_of(mail)
    assert mail["Content-Language"] == "de"
    assert "Guten Tag Cleo Vogt," in text
    assert "Das tut uns leid." in text
    status = link_in(text, "/c/")
    world.addresses["status"] = status

    cleo = world.person("cleo")
    cleo.goto(status)
    expect(cleo.get_by_role("heading", level=1)).to_contain_text("Unsere Antwort haben Sie bis")
    world.see(cleo)
    with world.witness.expecting(HTTPStatus.UNPROCESSABLE_ENTITY):
        press(cleo, "Absenden")
        expect(cleo.get_by_text("Die Nachricht ist noch leer.")).to_be_visible()
        world.see(cleo)
    field_named(cleo, "Ihre Nachricht").fill(QUESTION)
    press(cleo, "Absenden")
    expect(cleo.get_by_text("Ihre Nachricht ist da.")).to_be_visible()
    world.see(cleo)
    wrong = status[:-2] + ("aa/" if not status.endswith("aa/") else "bb/")
    with world.witness.expecting(HTTPStatus.NOT_FOUND):
        stranger = world.open("stranger", wrong, "")
        expect(stranger.get_by_text("Holzapfel")).to_have_count(0)


def ben_finds_out_and_answers(world: World) -> None:
    """Assessed, investigated, answered; each step says what comes next."""
    page = world.open("ben", world.addresses["case"], TITLE)
    expect(page.get_by_text(QUESTION)).to_be_visible()
    page.get_by_label("moderate: cost time or money").check()
    press(page, "Save the assessment")
    told(page, "Assessed.")
    field_named(page, "What did you find?").fill(
        "Two of ten valves were cracked at the thread; they lie loose in the box."
    )
    field_named(page, "The cause, in a few words").fill(CAUSE)
    field_named(page, "What the customer may read about it").fill("Die Ventile liegen lose im Karton.")
    press(page, "Save what you found")
    told(page, "What you found is saved.")
    world.see(page, TITLE)

    with world.witness.expecting(HTTPStatus.UNPROCESSABLE_ENTITY):
        field_named(page, "The answer").fill(ANSWER)
        press(page, "Send the answer")
        expect(page.get_by_text("One thing is not right yet.")).to_be_visible()
        world.see(page, TITLE)
    expect(field_named(page, "The answer")).to_have_value(ANSWER)
    field_named(page, "Were they right?").select_option("upheld")
    field_named(page, "They asked").fill("Ersatz")
    field_named(page, "We decided").fill("Drei neue Ventile, kostenlos")
    press(page, "Send the answer")
    told(page, "Answered.")
    world.see(page, TITLE)
    mail = text_of(world.mailbox.wait_for(CLEO, ANSWER))
    assert "Ersatz: Drei neue Ventile, kostenlos" in mail
    assert world.addresses["status"] in mail


def the_customer_is_content(world: World) -> None:
    """Cleo says on her page that it is settled; Ben closes it, and both pages say so."""
    cleo = world.person("cleo")
    cleo.goto(world.addresses["status"])
    expect(cleo.get_by_text(ANSWER)).to_be_visible()
    world.see(cleo, "Wir haben geantwortet")
    press(cleo, "Ja, es ist erledigt")
    expect(cleo.get_by_text("Wir haben notiert, dass es erledigt ist.")).to_be_visible()

    page = world.open("ben", world.addresses["case"], TITLE)
    expect(page.get_by_role("heading", name="Next: close it")).to_be_visible()
    press(page, "Close it")
    told(page, "Closed.")
    world.see(page, TITLE)
    cleo.reload()
    world.see(cleo, "Das ist abgeschlossen")
