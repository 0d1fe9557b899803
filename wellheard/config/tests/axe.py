"""Looks at every page as a careful reader would: axe in light and dark, 320 pixels wide, nothing in the console."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

from wellheard.config.tests.serving import ROOT

SOURCE = ROOT / "build" / "axe.min.js"
NARROW = 320
SCHEMES: tuple[tuple[Literal["light", "dark"], str], ...] = (
    ("light", "{resultTypes: ['violations']}"),
    # The other colours change nothing but colours: what is said of structure and names stays.
    (
        "dark",
        "{resultTypes: ['violations'], runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}}",
    ),
)


@dataclass
class Witness:
    """Remembers what is wrong with the pages that it was shown. `faults` must stay empty."""

    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    _expected: set[int] = field(default_factory=set)

    def follow(self, page: Page) -> Page:
        """Listen to what goes wrong on a page, whatever it shows."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        return page

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are what the test asks for."""
        self._expected |= set(statuses)
        try:
            yield
        finally:
            self._expected -= set(statuses)

    def look(self, page: Page) -> None:
        """Look at the page as it is now."""
        self.seen.append(page.url)
        size = page.viewport_size
        for scheme, options in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for violation in self._axe(page, options):
                nodes = "; ".join(f"{node['target']} {node['html'][:160]}" for node in violation["nodes"][:4])
                self.faults.append(f"{page.url} ({scheme}) {violation['id']}: {violation['help']}: {nodes}")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROW, "height": 800})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            self.faults.append(f"{page.url} is {width} pixels wide on a screen of {NARROW}: {_widest(page)}")
        if size is not None:
            page.set_viewport_size(size)

    def look_in(self, context: BrowserContext, address: str) -> None:
        """Look at an address in a browser of its own."""
        page = self.follow(context.new_page())
        page.goto(address)
        self.look(page)
        context.close()

    def _axe(self, page: Page, options: str) -> list[dict[str, Any]]:
        # What is on its way (an answer of the server, a colour from one theme to the other) is nothing that anybody reads.
        expect(page.locator(".htmx-request")).to_have_count(0)
        if not page.evaluate("'axe' in window"):
            page.evaluate(SOURCE.read_text())
        page.evaluate("document.getAnimations().forEach((each) => { try { each.finish() } catch { each.cancel() } })")
        found: list[dict[str, Any]] = page.evaluate(f"axe.run(document, {options}).then((found) => found.violations)")
        return found

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if any(f"status of {status}" in message.text for status in self._expected):
            return
        self.faults.append(f"Console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        # A page that is left stops what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"Request failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.faults.append(f"{response.request.method} {response.url} answered {response.status}")


def _widest(page: Page) -> str:
    """Which elements stick out on the right, to be read when a page is too wide."""
    found: list[str] = page.evaluate(
        f"""[...document.querySelectorAll('body *')]
        .filter((each) => each.getBoundingClientRect().right > {NARROW} && !each.closest('.table-wrap, .visually-hidden'))
        .slice(0, 4).map((each) => each.outerHTML.slice(0, 120))"""
    )
    return " | ".join(found)
