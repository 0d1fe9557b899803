"""The link that works once, and what opens nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail, signing
from django.test import Client, override_settings
from django.utils import timezone

from wellheard.conftest import SETUP
from wellheard.core.models import Member, Organisation, OutboxMessage, TrailEntry
from wellheard.core.setup import add_member, deactivate_member, renew_access
from wellheard.web.accounts import SALT, first_link
from wellheard.web.forms import FirstSignInForm

pytestmark = pytest.mark.pages
PASSWORD = "seven herons ate my compass"
SignIn = Callable[[Member], Client]


@pytest.fixture
def eva(organisation: Organisation, now: datetime) -> Member:
    """Has an account and no password yet."""
    return add_member("Eva", "eva@rosetau.example", SETUP, at=now)


@pytest.fixture
def founder(organisation: Organisation, now: datetime) -> Member:
    """The account that a first start makes."""
    return add_member("Administrator", "admin@localhost.localdomain", SETUP, at=now, roles=("administrator",))


def test_a_new_member_chooses_name_and_password_and_is_in(eva, client: Client):
    link = first_link(eva)
    shown = client.get(link)
    answer = client.post(link, {"name": "Eva Lang", "password": PASSWORD})

    eva.refresh_from_db()
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert (eva.name, eva.check_password(PASSWORD)) == ("Eva Lang", True)
    assert client.get("/").status_code == 200
    entry = TrailEntry.objects.get(action="core.take_account")
    assert (entry.actor_id, entry.object_id) == ("system:first sign-in", eva.pk)
    assert PASSWORD not in entry.body


def test_reading_the_page_uses_nothing_up(eva, client: Client):
    link = first_link(eva)

    assert [client.get(link).status_code for _ in range(2)] == [200, 200]
    assert not Member.objects.get(pk=eva.pk).has_usable_password()


def test_the_first_of_all_names_the_organisation_and_their_own_address(founder, client: Client):
    said = {"organisation": "Rosetau SE", "name": "Ada", "email": "Ada@Rosetau.example", "password": PASSWORD}
    client.post(first_link(founder), said)

    founder.refresh_from_db()
    assert (founder.name, founder.email, Organisation.current().name) == ("Ada", "ada@rosetau.example", "Rosetau SE")


def test_nobody_else_can_change_the_address_or_the_organisation(eva, client: Client):
    client.post(first_link(eva), {"organisation": "X", "name": "Eva", "email": "x@y.example", "password": PASSWORD})

    eva.refresh_from_db()
    assert (eva.email, Organisation.current().name) == ("eva@rosetau.example", "Rosetau")


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "eva@rosetau.example"])
def test_a_weak_password_is_not_taken_and_the_page_says_why(eva, client: Client, password: str):
    page = client.post(first_link(eva), {"name": "Eva", "password": password})

    assert page.status_code == 200
    assert "Nothing is saved yet; a password is never kept." in page.content.decode()
    assert not Member.objects.get(pk=eva.pk).has_usable_password()


def used(member: Member, now: datetime) -> None:
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (used, "has been used already"),
        (lambda member, now: deactivate_member(member, SETUP, at=now), "This account is closed"),
        (lambda member, now: renew_access(member, SETUP, at=now), "has been used already"),
    ],
)
def test_a_link_ends_when_the_account_has_moved_on(
    eva, client: Client, now: datetime, happened: Callable[..., object], words: str
):
    link = first_link(eva)
    happened(eva, now)

    page = client.get(link)

    assert page.status_code == 410
    assert words in page.content.decode()
    assert client.post(link, {"name": "Eve", "password": PASSWORD}).status_code == 410


def test_forged_links_and_old_ones_open_nothing(eva, client: Client, monkeypatch: pytest.MonkeyPatch):
    good = first_link(eva)
    forged = [good[:-3] + "AA/", "/first/x/", f"/first/{signing.dumps([eva.pk, ''], salt='other')}/"]
    odd = [f"/first/{signing.dumps(what, salt=SALT)}/" for what in ("a", [1], {"a": 1}, [None, None])]
    answers = [client.get(link).status_code for link in [*forged, *odd]]
    monkeypatch.setattr("django.core.signing.time.time", lambda: (timezone.now() + timedelta(days=15)).timestamp())

    assert answers == [410] * 7
    assert "older than 14 days" in client.get(good).content.decode()


def test_nobody_signs_up(db: None, client: Client):
    answer = client.post("/account/signup/", {"email": "mallory@x.example", "password1": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert not Member.objects.exists()


def test_a_new_password_by_mail_goes_through_the_outbox_and_leaves_a_trail(ana, client: Client):
    client.post("/account/password/reset/", {"email": ana.email})
    message = OutboxMessage.objects.get(purpose="account")
    link = next(word for word in message.text.split() if word.startswith("http")).removeprefix("http://testserver")
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})

    ana.refresh_from_db()
    assert (message.to, message.subject, mail.outbox) == (ana.email, "A new password for Wellheard", [])
    assert ana.check_password(PASSWORD)
    assert TrailEntry.objects.filter(action="core.change_password", object_id=ana.pk).count() == 1


def test_no_mail_goes_to_an_address_without_an_account(ana, client: Client):
    answer = client.post("/account/password/reset/", {"email": "mallory@x.example"})

    assert answer.status_code == 302
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(("next_url", "expected"), [("/work/", "/work/"), ("//evil.example/", "/"), ("", "/")])
def test_the_theme_is_kept_and_leads_back_within_the_house(auditor, signed_in: SignIn, next_url: str, expected: str):
    answer = signed_in(auditor).post("/account/theme/", {"theme": "dark", "next": next_url})

    auditor.refresh_from_db()
    assert (auditor.theme, answer["Location"]) == ("dark", expected)


def test_a_theme_that_there_is_not_changes_nothing(ana, signed_in: SignIn):
    signed_in(ana).post("/account/theme/", {"theme": "<blink>"})

    ana.refresh_from_db()
    assert ana.theme == ""


def test_my_account_says_what_i_may(ben, dan, signed_in: SignIn):
    assert "Front line" in signed_in(ben).get("/account/").content.decode()
    assert "You have no role yet" in signed_in(dan).get("/account/").content.decode()


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_monitors_need_no_account(db: None, client: Client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain")


def test_a_link_that_is_opened_twice_at_the_same_moment_works_once(eva, client: Client, now, monkeypatch):
    """Both have read the page; the second press comes when the first has chosen a password."""
    link = first_link(eva)
    meanwhile = FirstSignInForm.clean_password

    def clean_password(form: FirstSignInForm) -> str:
        used(Member.objects.get(pk=eva.pk), now)
        return meanwhile(form)

    monkeypatch.setattr(FirstSignInForm, "clean_password", clean_password)
    answer = client.post(link, {"name": "Mallory", "password": f"another {PASSWORD}"})

    eva.refresh_from_db()
    assert (answer.status_code, eva.name, eva.check_password(PASSWORD)) == (410, "Eva", True)


def test_what_the_page_of_a_link_loads_learns_nothing_of_the_link(eva, client: Client):
    assert client.get(first_link(eva))["Referrer-Policy"] == "strict-origin"


@override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL="https://wellheard.rosetau.example")
def test_the_link_to_a_new_password_leads_to_our_address_whatever_host_was_asked(ana, client: Client):
    client.post("/account/password/reset/", {"email": ana.email}, HTTP_HOST="evil.example")

    text = OutboxMessage.objects.get(purpose="account").text
    assert "https://wellheard.rosetau.example/account/password/reset/key/" in text
    assert "evil.example" not in text


def test_a_wrong_password_is_answered_in_words_of_ours(ana, client: Client):
    page = client.post("/account/login/", {"login": ana.email, "password": "wrong"}).content.decode()

    assert "This address and this password do not belong together." in page


def test_the_switch_for_single_keys_is_there_once(ana, signed_in: SignIn):
    assert signed_in(ana).get("/account/").content.decode().count("data-single-keys") == 1
