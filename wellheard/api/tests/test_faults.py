"""What the API answers to what it can't take; its own page needs nobody else's server."""

import re

import pytest
from django.test import Client

from wellheard.core.models import Member, Organisation

pytestmark = pytest.mark.pages
PROBLEM = "application/problem+json"


def test_a_body_that_is_no_json_is_a_problem_like_every_other(ana: Member, signed_in):
    client = signed_in(ana)

    response = client.post("/api/v1/cases", "{", content_type="application/json")

    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
    assert response.json()["detail"].endswith("Nothing was changed.")


def test_a_session_without_its_token_is_a_problem_like_every_other(ana: Member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post("/api/v1/cases", "{}", content_type="application/json")

    assert (response.status_code, response["Content-Type"]) == (403, PROBLEM)


def test_the_page_about_the_api_loads_nothing_from_elsewhere(organisation: Organisation):
    page = Client().get("/api/v1/docs").content.decode()

    assert [each for each in re.findall(r'(?:src|href)="([^"]+)"', page) if "//" in each] == []
    assert 'type="application/json"' in page
    assert re.findall(r"<script>", page) == []


@pytest.mark.parametrize("address", ["/api/v1/cases?status=asleep", "/api/v1/feedback/statements?source=telepathy"])
def test_a_value_that_no_filter_knows_is_refused_rather_than_ignored(ana: Member, signed_in, address: str):
    response = signed_in(ana).get(address)

    assert (response.status_code, response["Content-Type"], "There is:" in response.json()["detail"]) == (
        409,
        PROBLEM,
        True,
    )
