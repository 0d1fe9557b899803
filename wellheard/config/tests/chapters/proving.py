"""Five whys, an action, a test that is locked before anyone acts; then the months pass and the verdict is signed."""

import json
from http import HTTPStatus

from playwright.sync_api import Locator, Page, expect

from wellheard.config.tests.chapters.handling import TITLE
from wellheard.config.tests.future import BEFORE, CAUSE
from wellheard.config.tests.world import PASSWORD, World, field_named, press, told

SETTLING = 2
WHYS = (
    ("The valves knock against each other on the way", "Drop test with ten boxes: nine showed marks."),
    ("They lie loose in the box", "Photos of ten boxes."),
    ("The padding was made for metal valves", "Drawing of the box from 2019."),
    ("The change of material was not followed by a check of the packing", "Change form 7, signed in March."),
    ("The change form has no point for packing", "The form itself, revision 3."),
)
BLAME = "A careless worker did not look into the box"
ACTION = "Pack valves in moulded trays"


def the_past_is_known(world: World) -> None:
    """Half a year of orders and complaints, so that there is something to compare with."""
    said = json.loads(world.product.script("wellheard.config.tests.future", "past"))
    assert said == {"complaints": sum(BEFORE)}


def the_cause_is_found(world: World) -> None:
    """From the case to its root, why after why. A person is never the root."""
    page = world.open("ana", world.addresses["case"], TITLE)
    page.locator("summary", has_text="Look for the cause").click()
    form = page.locator("form[action$='/cause/']")
    field_named(form, "What went wrong").fill("Valves crack on the way")
    field_named(form, "What happened").fill("Valves arrive cracked, about six times a month.")
    press(form, "Look for the cause")
    world.see(page, "Why? Valves crack on the way")

    parent = ""
    for place, (text, evidence) in enumerate(WHYS, start=1):
        is_root = place == len(WHYS)
        if is_root:
            with world.witness.expecting(HTTPStatus.UNPROCESSABLE_ENTITY):
                _because(page, parent, BLAME, evidence, is_root=True)
                expect(page.get_by_text("names a person or what a person did").first).to_be_visible()
                world.see(page, "Why?")
            _say(page.locator(f"form:has(input[name=text][value='{BLAME}'])"), text, evidence, is_root=True)
        else:
            _because(page, parent, text, evidence)
        told(page, "Saved. Ask why again, or mark it as a root cause.")
        parent = text
    world.see(page, "Why? Valves crack on the way")
    field_named(page, "The cause in one sentence").fill("A change of material does not lead to a check of the packing.")
    press(page, "That is the cause")
    world.see(page, "A change of material does not lead to a check of the packing.")
    expect(page.get_by_text("therefore").first).to_be_visible()


def _because(page: Page, parent: str, text: str, evidence: str, *, is_root: bool = False) -> None:
    """Answer a why: of the problem, or of the answer `parent`."""
    if not parent:
        _say(page.locator("section:has(#side-occurred) form").first, text, evidence)
        return
    node = page.locator(f"li:has(> b:text-is('{parent}'))").last
    node.locator("> details > summary").first.click()
    _say(node.locator("> details form").first, text, evidence, is_root=is_root)


def _say(form: Locator, text: str, evidence: str, *, is_root: bool = False) -> None:
    field_named(form, "Because").fill(text)
    field_named(form, "How do we know?").fill(evidence)
    form.get_by_label("Read upwards with “therefore”, it holds").check()
    if is_root:
        form.get_by_label("This is a root cause: we can change it").check()
    press(form, "Save the answer")


def the_test_is_locked_before_anyone_acts(world: World) -> None:
    """The action can't begin before it is said how we will know, and that is locked."""
    page = world.person("ana")
    page.get_by_role("link", name="Propose an action").click()
    field_named(page, "What we change, in a few words").fill(ACTION)
    field_named(page, "What exactly, and how").fill(
        "A moulded tray in each box; the change form gets a point for packing."
    )
    field_named(page, "Owner").select_option(label="Ben Okafor")
    world.see(page, "What do we change?")
    press(page, "Propose the action")
    world.see(page, ACTION)
    world.addresses["action"] = page.url
    world.addresses["reference"] = page.locator(".crumb").get_by_text("ACT-").inner_text()

    refused = world.post("ana", f"{page.url}start/")
    assert refused.status == HTTPStatus.CONFLICT
    assert "has no locked plan, so nothing was begun" in refused.text()

    page.get_by_role("link", name="Make the plan").click()
    field_named(page, "Measure").select_option(label="Complaints per 1,000 orders")
    press(page, "Use this measure")
    field_named(page, "Site").select_option(label="Leipzig")
    field_named(page, "Cause").select_option(label=CAUSE)
    field_named(page, "How many months before").fill(str(len(BEFORE)))
    field_named(page, "Months to leave out while it settles in").fill(str(SETTLING))
    field_named(page, "Who verifies it").select_option(label="Ana Brandt")
    world.see(page, "How we will know that it worked")
    press(page, "Save, and see whether it can work")
    told(page, "The plan is saved, not yet locked.")
    world.see(page, "How we will know that it worked")
    press(page, "Lock the plan")
    told(page, "The plan is locked.")
    world.see(page, ACTION)


def the_months_pass(world: World) -> None:
    """Ben begins and ends it; half a year of orders with few complaints goes by, and the verdict is computed."""
    script = "wellheard.config.tests.future"
    said = json.loads(world.product.script(script, "future", world.addresses["reference"], str(SETTLING)))
    assert said == {"word": "effective", "final": True}


def the_verdict_is_signed(world: World) -> None:
    """The word, the chart with its table, and the signature, which needs the right password."""
    page = world.open("ana", "/", "Good")
    expect(page.get_by_text("Read and sign").first).to_be_visible()
    page.goto(f"{world.addresses['action']}verdict/")
    expect(page.locator(".verdict .word")).to_have_text("It worked.")
    expect(page.locator("figure.chart canvas").first).to_be_visible()
    world.see(page, ACTION)
    page.locator("figure.chart summary").first.click()
    expect(page.locator("figure.chart table").first).to_be_visible()

    with world.witness.expecting(HTTPStatus.UNPROCESSABLE_ENTITY):
        field_named(page, "Your password").fill("not my password")
        page.get_by_role("button", name="Sign “").click()
        expect(page.locator(".error-summary")).to_be_visible()
        world.see(page, ACTION)
    field_named(page, "Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign “").click()
    expect(page.get_by_role("heading", name="Signed")).to_be_visible()
    world.see(page, ACTION)
    page.goto(world.addresses["action"])
    press(page, "Close it")
    told(page, "is closed.")
    world.see(page, ACTION)
