"""What the chapters of the journey share: the running product, its mails, a browser for each person, what they know."""

import re
from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import APIResponse, Browser, BrowserContext, Locator, Page, expect

from wellheard.config.tests.axe import Witness
from wellheard.config.tests.serving import Mailbox, Product

PATIENCE = 15_000
PASSWORD = "seven quiet herons by the weir"
Fields = dict[str, str | float | bool]
PHONE = {"width": 360, "height": 740}


@dataclass
class World:
    """The cast's browsers by name, and what one chapter leaves for the next."""

    product: Product
    mailbox: Mailbox
    browser: Browser
    witness: Witness
    today: date
    pages: dict[str, Page] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> Page:
        """This person's own browser."""
        if name not in self.pages:
            self.pages[name] = self.context().new_page()
            self.witness.follow(self.pages[name])
        return self.pages[name]

    def context(self, *, scripts: bool = True, phone: bool = False, language: str = "en-GB") -> BrowserContext:
        """A browser of its own: no cookies yet."""
        context = self.browser.new_context(
            base_url=self.product.url,
            java_script_enabled=scripts,
            viewport={"width": PHONE["width"], "height": PHONE["height"]} if phone else {"width": 1280, "height": 900},
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        return context

    def open(self, name: str, path: str, heading: str = "") -> Page:
        """Open an address as this person, see the heading, and look at the page closely."""
        page = self.person(name)
        page.goto(path)
        return self.see(page, heading)

    def post(self, name: str, path: str, **fields: str | float | bool) -> APIResponse:
        """Press a button that isn't there: the same request that it would send, with this person's cookies."""
        context = self.person(name).context
        cookies = {cookie.get("name"): str(cookie.get("value")) for cookie in context.cookies()}
        token = cookies.get("csrftoken", "")
        return context.request.post(path, form=fields, headers={"X-CSRFToken": token}, max_redirects=0)

    def see(self, page: Page, heading: str = "") -> Page:
        """The page has this heading; look at it closely."""
        if heading:
            expect(page.get_by_role("heading", level=1)).to_contain_text(heading, timeout=PATIENCE)
        self.witness.look(page)
        return page


def field_named(page: Page | Locator, label: str) -> Locator:
    """The field whose label begins so."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first


def press(page: Page | Locator, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).first.click()


def told(page: Page, words: str) -> None:
    """The page says what happened."""
    expect(page.locator(".toast", has_text=words).first).to_be_visible(timeout=PATIENCE)
