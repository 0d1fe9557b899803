"""An import trims nothing in silence, reaches no other site's customers, and leaves what was corrected since."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.imports import Options, run_import, undo_import
from wellheard.core.models import ImportBatch, Member, Site
from wellheard.core.setup import add_member
from wellheard.customers.actions import add_account, add_person, change_address, change_contact_point
from wellheard.customers.actions.upserting import upsert_account
from wellheard.customers.models import Account, Person

pytestmark = pytest.mark.django_db
Bring = Callable[..., ImportBatch]


@pytest.fixture
def bring(ana: Member, now: datetime) -> Bring:
    def run(data: str, name: str = "contacts.csv", *, by: Member = ana, **said: str) -> ImportBatch:
        wanted = Options(mapping=said, answers=said, accept_guesses=True)
        return run_import("contacts", name, data.encode(), by, at=now, options=wanted)

    return run


def reasons(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(each["row"], each["field"]) for each in batch.rejected]


@pytest.mark.parametrize(
    ("column", "length"),
    [
        ("Job title", 201),
        ("Notes", 20_001),
        ("Street", 2_001),
        ("Postal code", 21),
        ("State", 201),
        ("Country", 101),
        ("Phone", 321),
        ("Website", 321),
        ("Company", 201),
    ],
)
def test_what_is_too_long_is_rejected_by_its_column_and_never_cut(bring: Bring, column: str, length: int):
    batch = bring(
        f"Name,Email,City,{column}\nJo Kern,jo@kern.example,Halle,{'9' * length}\nLu,lu@kern.example,Halle,\n"
    )
    assert reasons(batch) == [(2, column)]
    assert [each.name for each in Person.objects.order_by("pk")] == ["Lu"]


def test_what_is_too_long_on_a_card_stays_in_the_notes(bring: Bring):
    title, category, town = "t" * 250, "c" * 70, "h" * 210
    bring(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Jo Kern\nEMAIL:jo@kern.example\n"
        f"TITLE:{title}\nCATEGORIES:{category}\nADR:;;Am Markt 1;{town};;;\nEND:VCARD\n",
        "jo.vcf",
    )
    jo = Person.objects.get()
    assert all(each in jo.notes for each in (title, category, town))


def test_the_twin_of_a_rejected_row_is_rejected_too(bring: Bring):
    batch = bring("Name,Email\nJo,no address\nLu,lu@kern.example\nJo,no address\n")
    assert reasons(batch) == [(2, "Email"), (4, "Email")]
    assert (batch.verdicts["rejected"], batch.verdicts["same"], batch.verdicts["created"]) == (2, 0, 1)


@pytest.fixture
def stranger(lyon: Site, now: datetime) -> Member:
    return add_member(
        "Lea Martin", "lea@rosetau.example", SETUP, at=now, roles=(Role.ANALYST,), site=lyon, only_at_site=True
    )


def test_people_are_not_put_into_organisations_of_other_sites(
    bring: Bring, stranger: Member, leipzig: Site, ana: Member, now: datetime
):
    hidden = add_account("Secret & Sons", ana, at=now, site=leipzig)
    bring("Name,Email,Company\nJo Kern,jo@kern.example,Secret & Sons\n", by=stranger)
    jo = Person.objects.filter(email="jo@kern.example").first()
    assert jo is None or (jo.account_id != hidden.pk and jo.site_id != leipzig.pk)
    assert not hidden.affiliations.exists()


def test_organisations_are_not_put_under_groups_of_other_sites_or_into_other_sites(
    bring: Bring, stranger: Member, leipzig: Site, ana: Member, now: datetime
):
    add_account("Secret & Sons", ana, at=now, site=leipzig)
    batch = bring(
        "Name,Parent company,Site\nDaughter,Secret & Sons,Lyon\nIntruder,,Leipzig\n",
        by=stranger,
        rows_are="accounts",
        parent="Parent company",
        site="Site",
    )
    assert Account.objects.get(name="Daughter").parent is None
    assert reasons(batch) == [(3, "Site")]


def test_the_programs_name_is_the_same_in_imports_and_in_the_api(bring: Bring, ana: Member, now: datetime):
    bring(
        "Id,Name\n17,Saaleblick\n",
        rows_are="accounts",
        source="Straße  CRM",
        external_id="Id",
    )
    done = upsert_account("Straße CRM", "17", {"name": "Saaleblick"}, ana, at=now)
    assert done.verdict == "same"


def test_what_was_corrected_since_stays_when_an_import_is_taken_back(bring: Bring, ana: Member, now: datetime):
    later = now + timedelta(hours=1)
    known = add_person("Lu Kern", ana, at=now, email="lu@kern.example")
    batch = bring(
        "Name,Email,Phone,Street,City\nJo Kern,jo@kern.example,+49 345 2101234,Markt 1,Halle\n"
        "Lu Kern,lu@kern.example,+49 345 2101235,Markt 2,Halle\nMo,mo@kern.example,,,\n"
    )
    jo = Person.objects.get(email="jo@kern.example")
    change_contact_point(jo.contact_points.get(what="phone"), ana, at=later, value="+49 345 2109999")
    change_address(known.addresses.get(), ana, at=later, postcode="06108")
    undo_import(batch, ana, at=later)

    assert set(Person.objects.values_list("name", flat=True)) == {"Jo Kern", "Lu Kern"}
    assert known.addresses.get().postcode == "06108"
    assert jo.contact_points.filter(value="+49 345 2109999").exists()
