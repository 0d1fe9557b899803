"""Customers are known, a rule listens, a survey is opened, and someone answers it on a small phone without any script."""

from http import HTTPStatus

from playwright.sync_api import Page, expect

from wellheard.config.tests.chapters.house import ANA
from wellheard.config.tests.serving import text_of
from wellheard.config.tests.world import Fields, World, field_named, press, told

CLEO, JOHN = "cleo@holzapfel.example", "john@holzapfel.example"
ANONYMOUS_WORDS = "Drei von zehn Ventilen waren gerissen, als wir das Paket öffneten. Das ärgert mich sehr."
CLEO_WORDS = "Schon wieder gesprungene Ventile im Karton, und der Kunde wartet auf seinen Garten."
JOHN_WORDS = "Three of the ten valves had cracked before we opened the box."
SENTENCE = "When someone gives {} or less of 10 and says why: alert the owner within 4 working hours and open a complaint case."


def customers_are_known(world: World) -> None:
    """A customer with an owner, and two people who speak for it, in two languages."""
    page = world.open("ana", "/customers/new/", "A new customer")
    field_named(page, "Name").fill("Gärtnerei Holzapfel")
    field_named(page, "Segment").fill("Landscapers")
    field_named(page, "Site").select_option(label="Leipzig")
    field_named(page, "Looked after by").select_option(label="Ben Okafor")
    press(page, "Add this customer")
    world.see(page, "Gärtnerei Holzapfel")
    customer = page.url
    for name, address, language in (("Cleo Vogt", CLEO, "de"), ("John Whitfield", JOHN, "en")):
        page.goto(customer)
        page.get_by_role("link", name="Add a person").click()
        field_named(page, "Name").fill(name)
        field_named(page, "E-mail address").fill(address)
        field_named(page, "Prefers").select_option(language)
        press(page, "Add this person")
        expect(page.get_by_text(name).first).to_be_visible()
    world.see(page)


def a_rule_is_read_and_changed(world: World) -> None:
    """What happens by itself is one sentence; it is changed in a form, and read again."""
    page = world.open("ana", "/feedback/rules/", "")
    expect(page.get_by_text("No rules yet")).to_be_visible()
    page.get_by_role("link", name="Add the first rule").click()
    field_named(page, "Name").fill("Unhappy, and says why")
    field_named(page, "Rating scale").select_option("nps")
    field_named(page, "Rating at most").fill("12")
    page.get_by_label("They said something in words").check()
    page.get_by_label("Open a complaint case").check()
    field_named(page, "Promised within, in working hours").fill("4")
    press(page, "Save the rule")
    expect(page.get_by_text("things are not right yet").or_(page.get_by_text("thing is not right yet"))).to_be_visible()
    world.see(page, "A new rule")
    field_named(page, "Rating at most").fill("4")
    press(page, "Save the rule")

    rule = page.get_by_role("link", name=SENTENCE.format(4))
    world.see(page, "One rule listens")
    rule.click()
    field_named(page, "Rating at most").fill("6")
    press(page, "Show what it would have caught")
    expect(page.get_by_text("In the last 90 days this would have caught 0 of 0 statements.")).to_be_visible()
    world.see(page, "Unhappy, and says why")
    press(page, "Save the rule")
    expect(page.get_by_role("link", name=SENTENCE.format(6))).to_be_visible()


def a_survey_is_written_and_opened(world: World) -> None:
    """One question to recommend, one to be satisfied, room for their words, in two languages; then it is open."""
    page = world.open("ana", "/surveys/new/", "What do you want to ask?")
    field_named(page, "Title").fill("After delivery")
    field_named(page, "Site").select_option(label="Leipzig")
    page.get_by_label("Deutsch").check()
    press(page, "Show the texts in these languages")
    expect(page.get_by_text("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?")).to_be_visible()
    page.get_by_label("Must be answered").first.check()
    press(page, "Satisfied, 1 to 5")
    expect(page.get_by_role("heading", name="Question 3: Satisfied, 1 to 5")).to_be_visible()
    world.see(page, "What do you want to ask?")
    press(page, "Save the draft")
    world.see(page, "After delivery")
    world.addresses["survey"] = page.url
    press(page, "Open it for answers")
    told(page, "It is open.")
    link = page.get_by_role("link", name=f"{world.product.url}/a/")
    world.addresses["answer"] = str(link.get_attribute("href"))
    world.see(page, "After delivery")
    page.get_by_role("link", name="See the results").click()
    expect(page.get_by_text("Nobody has answered yet")).to_be_visible()
    world.see(page)


def someone_answers_on_a_phone(world: World) -> None:
    """Mail scanners store nothing; a missing answer loses nothing; one press stores once, however often it is sent."""
    address = world.addresses["answer"]
    scanner = world.context().request
    for _ in range(3):
        scanned = scanner.get(f"{address}?nps=2")
        assert (scanned.status, 'value="2" checked' in scanned.text()) == (HTTPStatus.OK, True)
    results = world.open("ana", f"{world.addresses['survey']}results/", "")
    expect(results.get_by_text("Nobody has answered yet")).to_be_visible()

    world.witness.look_in(world.context(phone=True, language="de-DE"), f"{address}?nps=2")
    phone = world.witness.follow(world.context(scripts=False, phone=True, language="de-DE").new_page())
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("dass Sie uns weiterempfehlen?")
    phone.locator("textarea").fill(ANONYMOUS_WORDS)
    with world.witness.expecting(HTTPStatus.UNPROCESSABLE_ENTITY):
        press(phone, "Antwort senden")
        expect(phone.get_by_text("Noch nicht gesendet: etwas fehlt")).to_be_visible()
    expect(phone.locator("textarea")).to_have_value(ANONYMOUS_WORDS)

    phone.locator(".scale").first.get_by_text("2", exact=True).click()
    sent = _sent_by(phone)
    press(phone, "Antwort senden")
    expect(phone.get_by_role("heading", name="Danke. Wir haben Ihre Antwort.")).to_be_visible()
    results.reload()
    assert results.get_by_text("1 answer").first.is_visible(), "the result page shows an answer as soon as it is stored"

    again = scanner.post(address, form=sent)
    assert (again.status, "done=again" in again.url) == (HTTPStatus.OK, True)
    world.open("ana", f"{world.addresses['survey']}results/", "")
    expect(results.get_by_text("1 answer").first).to_be_visible()
    expect(results.get_by_text(ANONYMOUS_WORDS)).to_have_count(1)


def _sent_by(page: Page) -> Fields:
    """What the form on the page sends when its button is pressed."""
    fields: Fields = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form')))")
    return fields


def the_owner_is_alerted(world: World) -> None:
    """The rule mails a quality manager about the nameless one, and Ben about his customer; both have a case."""
    alert = text_of(world.mailbox.wait_for(ANA, ANONYMOUS_WORDS))
    assert "gave 2 out of 10" in alert
    assert "We promised to call back by" in alert

    script = "wellheard.config.tests.future"
    world.product.script(script, "answer", "After delivery", CLEO, "5", CLEO_WORDS)
    world.product.script(script, "answer", "After delivery", JOHN, "9", JOHN_WORDS)
    alert = text_of(world.mailbox.wait_for("ben@rosetau.example", CLEO_WORDS))
    assert "Gärtnerei Holzapfel (Cleo Vogt) gave 5 out of 10" in alert
