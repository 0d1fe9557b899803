"""Everyone who said it is told once, in the language of their words; the public page says it to everybody."""

from http import HTTPStatus

from playwright.sync_api import expect

from wellheard.config.tests.chapters.listening import ANONYMOUS_WORDS, CLEO, JOHN, JOHN_WORDS
from wellheard.config.tests.chapters.proving import ACTION
from wellheard.config.tests.serving import text_of
from wellheard.config.tests.world import World, press, told

TEXTS = {
    "en": ("Valves travel in trays now", "Valves arrived cracked.", "Every valve has a place of its own in the box."),
    "de": ("Ventile reisen jetzt in Schalen", "Ventile kamen gerissen an.", "Jedes Ventil hat seinen eigenen Platz."),
}
PARTS = ("headline", "said", "did")


def the_notice_is_written(world: World) -> None:
    """From the verdict to the words, in two languages; half a text is not published."""
    page = world.open("ana", "/feedback/notices/", "")
    page.get_by_role("link", name=ACTION).click()
    world.see(page, "Tell 1 person what became of it")
    page.get_by_label("it worked").check()
    for language, texts in TEXTS.items():
        for part, text in zip(PARTS, texts, strict=True):
            page.locator(f"[name={part}_{language}]").fill("" if (part, language) == ("did", "de") else text)
    press(page, "Keep the draft")
    world.see(page, TEXTS["en"][0])
    world.addresses["notice"] = page.url
    with world.witness.expecting(HTTPStatus.CONFLICT):
        press(page, "Publish it")
        expect(page.get_by_text("The text in Deutsch lacks what became of it.")).to_be_visible()
        world.see(page)
    page.goto(world.addresses["notice"])
    page.get_by_role("link", name="Change the text").click()
    page.locator("[name=did_de]").fill(TEXTS["de"][2])
    press(page, "Keep the draft")


def others_who_said_it_are_found(world: World) -> None:
    """What others said alike is offered, and ticked."""
    page = world.person("ana")
    page.get_by_role("link", name="Who else said this?").click()
    world.see(page, "1 person said something like this")
    for words in (ANONYMOUS_WORDS, JOHN_WORDS):
        page.locator("label, li", has_text=words).get_by_role("checkbox").first.check()
    page.locator("main button.btn-primary").click()
    told(page, "Two voices were added.")
    world.see(page, "3 people said something like this")


def everyone_is_told_once(world: World) -> None:
    """Published, then told: one mail each, in German to whom German was heard from, and never again."""
    page = world.open("ana", world.addresses["notice"], TEXTS["en"][0])
    press(page, "Publish it")
    told(page, "is published.")
    world.see(page, TEXTS["en"][0])
    press(page, "Tell 2 people")
    told(page, "2 people are told by mail.")
    world.see(page, TEXTS["en"][0])

    german, english = world.mailbox.wait_for(CLEO, TEXTS["de"][2]), world.mailbox.wait_for(JOHN, TEXTS["en"][2])
    assert (german["Content-Language"], german["Subject"]) == ("de", TEXTS["de"][0])
    assert (english["Content-Language"], english["Subject"]) == ("en", TEXTS["en"][0])
    assert TEXTS["en"][1] not in text_of(german)

    again = world.post("ana", f"{world.addresses['notice']}tellings/")
    assert again.status in (HTTPStatus.FOUND, HTTPStatus.CONFLICT)
    page.reload()
    expect(page.get_by_text("2 people were told")).to_be_visible()


def anyone_can_read_it(world: World) -> None:
    """The public page, in both languages, without an account and without scripts."""
    page = world.open("stranger", "/told/?lang=de", "")
    expect(page.get_by_role("heading", name=TEXTS["de"][0])).to_be_visible()
    expect(page.get_by_text(TEXTS["de"][1])).to_be_visible()
    plain = world.context(scripts=False, phone=True).new_page()
    plain.goto("/told/")
    expect(plain.get_by_role("heading", name=TEXTS["en"][0])).to_be_visible()
    plain.context.close()
    for address, subject in ((CLEO, TEXTS["de"][0]), (JOHN, TEXTS["en"][0])):
        assert len([mail for mail in world.mailbox.to(address) if mail["Subject"] == subject]) == 1
