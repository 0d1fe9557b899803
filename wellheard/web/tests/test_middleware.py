"""Whoever opens an address to which only a form sends finds the page with the form."""

import pytest
from django.test import Client

from wellheard.core.models import Member, Organisation
from wellheard.web.middleware import SENT_FROM_HERE, page_above

pytestmark = pytest.mark.pages
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_signing_in_again_leads_to_the_page_from_which_it_was_sent(ana: Member, organisation: Organisation, signed_in):
    left = Client().post("/evidence/trail/check/", headers=BROWSER)
    client = signed_in(ana)

    came = client.get("/evidence/trail/check/", headers=BROWSER, follow=True)

    assert left["Location"] == "/account/login/?next=/evidence/trail/check/"
    assert came.redirect_chain == [("/evidence/trail/", 302)]
    assert SENT_FROM_HERE in came.content.decode()


def test_a_program_is_still_told_that_it_may_not(ana: Member, organisation: Organisation, signed_in):
    client = signed_in(ana)

    statuses = [
        client.get("/evidence/trail/check/", headers={"Accept": "application/json"}).status_code,
        client.get("/api/v1/cases/1/note", headers=BROWSER).status_code,
        Client().put("/evidence/trail/check/", headers=BROWSER).status_code,
    ]

    assert statuses == [405, 405, 302]


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/cases/12/answer/", "/cases/12/"),
        ("/work/3/done/", "/work/"),
        ("/feedback/tellings/3/told/", "/feedback/"),
        ("/improvement/4/verdict/sign/", "/improvement/4/verdict/"),
        ("/nowhere/", "/"),
    ],
)
def test_the_page_above_is_the_nearest_that_there_is(path: str, above: str):
    assert page_above(path) == above
