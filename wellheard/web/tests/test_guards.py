"""What holds for every address of the project: who gets in, who may write, what a page may load."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import resolve

from wellheard.core.models import Member, Organisation
from wellheard.web.tests.addresses import Address, every_address

pytestmark = pytest.mark.pages
SignIn = Callable[[Member], Client]

# Open to everybody. An address that is added here was meant to be public.
PUBLIC = {
    "healthz",
    "styleguide",
    "first-sign-in",
    "account_signup",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
# Open to a member without any role.
FOR_EVERY_MEMBER = {
    "home",
    "my-work",
    "search",
    "my_account",
    "theme",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
}
OWN_MATTERS = {"theme", "account_logout"}  # the two writes of a read-only account


# What the API says about itself is the same in every house.
API_DESCRIPTION = {"api:openapi-json", "api:openapi-view", "api:api-root"}


def is_public(address: Address) -> bool:
    return address.name in PUBLIC or address.name.startswith("portal:")


def is_api(address: Address) -> bool:
    return address.path.startswith("/api/")


ADDRESSES = every_address()
MEMBERS_PAGES = [address for address in ADDRESSES if not is_public(address) and not is_api(address)]


def test_the_walk_finds_the_addresses_that_it_says():
    apps = ("surveys", "feedback", "customers", "cases", "improvement", "measures")
    expected = {"home", "account_login", "evidence:home", "portal:answer", "portal:complain", "portal:told"}

    assert expected | {f"{app}:list" for app in apps} <= {each.name for each in ADDRESSES}
    assert any(is_api(address) for address in ADDRESSES)
    assert [each for each in ADDRESSES if not resolve(each.path)] == []


def test_somebody_signed_out_gets_no_further_than_the_sign_in(organisation: Organisation, client: Client):
    open_doors = []
    for address in MEMBERS_PAGES:
        answer = client.get(address.path)
        if answer.status_code == 302 and answer["Location"].startswith("/account/login/"):
            continue
        if answer.status_code != 405:  # some addresses only take a POST; the next test knocks there
            open_doors.append((address, answer.status_code))

    assert open_doors == []


def test_somebody_signed_out_can_write_nothing(organisation: Organisation, client: Client):
    answers = {address: client.post(address.path) for address in MEMBERS_PAGES}

    assert {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code != 405 and not (answer.status_code == 302 and "/account/login/" in answer["Location"])
    } == {}


def test_programs_without_a_key_get_nothing_from_the_api(organisation: Organisation, client: Client):
    wanted = [address for address in ADDRESSES if is_api(address) and address.name not in API_DESCRIPTION]

    answers = {address.path: client.get(address.path).status_code for address in wanted}

    assert {path: status for path, status in answers.items() if status not in {401, 404, 405}} == {}


def test_every_write_of_an_auditor_is_refused(auditor: Member, organisation: Organisation, signed_in: SignIn):
    client = signed_in(auditor)
    wanted = [each for each in MEMBERS_PAGES if each.name not in OWN_MATTERS]

    answers = {address: client.post(address.path).status_code for address in wanted}

    assert {address: status for address, status in answers.items() if status != 403} == {}


def test_a_member_without_a_role_gets_no_further_than_their_own(dan: Member, organisation, signed_in: SignIn):
    client = signed_in(dan)
    wanted = [each for each in MEMBERS_PAGES if each.name not in FOR_EVERY_MEMBER]

    answers = {address: client.get(address.path).status_code for address in wanted}

    assert {address: status for address, status in answers.items() if status not in {403, 404, 405}} == {}
    assert [client.get(f"/{path}").status_code for path in ("", "work/", "search/", "account/")] == [200] * 4


@pytest.mark.parametrize("who", ["ana", "ben", "dan", "admin", "auditor"])
def test_no_address_breaks_for_anybody(who: str, organisation, signed_in: SignIn, request: pytest.FixtureRequest):
    client = signed_in(request.getfixturevalue(who))

    statuses = {address: client.get(address.path).status_code for address in ADDRESSES if not is_api(address)}

    assert {address: status for address, status in statuses.items() if status >= 500} == {}


def test_every_page_says_strictly_what_it_may_load(ana: Member, organisation, signed_in: SignIn, client: Client):
    browsers = (signed_in(ana), client)
    answers = [
        (address, browser.get(address.path)) for address in ADDRESSES for browser in browsers if not is_api(address)
    ]

    policies = {answer.get("Content-Security-Policy", f"none at {address.path}") for address, answer in answers}
    assert len(policies) == 1
    policy = dict(part.strip().partition(" ")[::2] for part in policies.pop().split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["frame-ancestors"]) == ("'self'", "'self'", "'none'")
    assert {answer["X-Content-Type-Options"] for _, answer in answers} == {"nosniff"}


def test_no_page_has_a_script_or_style_within(
    ana: Member, admin: Member, organisation, signed_in: SignIn, client: Client
):
    forbidden = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
    found = []
    for browser in (signed_in(ana), signed_in(admin), client):
        for address in ADDRESSES:
            answer = browser.get(address.path) if not is_api(address) else None
            if answer is not None and answer.get("Content-Type", "").startswith("text/html"):
                found += [(address.path, match.group()) for match in forbidden.finditer(answer.content)]

    assert found == []


def test_no_write_of_a_member_is_accepted_from_another_site(ana: Member, organisation):
    """Customers' pages are left out: they know no session that another site could abuse."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    wanted = [each for each in ADDRESSES if not is_api(each) and not each.name.startswith("portal:")]

    answers = {address: client.post(address.path).status_code for address in wanted}

    assert {address: status for address, status in answers.items() if status not in {403, 405}} == {}
