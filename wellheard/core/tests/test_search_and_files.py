"""Search finds the same on both databases; files are kept by what they hold."""

from datetime import datetime

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage

from wellheard.conftest import SETUP
from wellheard.core.actors import Role
from wellheard.core.errors import Refusal
from wellheard.core.files import keep, media_type_of, serve
from wellheard.core.indexing import index
from wellheard.core.models import Member, SearchEntry, Site, StoredFile
from wellheard.core.references import next_reference
from wellheard.core.search import find
from wellheard.core.setup import add_site
from wellheard.core.signatures import sign, signatures_of


@pytest.fixture
def sites(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Site]:
    monkeypatch.setattr(Site, "search_text", lambda site: (site.name, site.region))
    names = [
        "Päckchen zu spät",
        "Größe falsch, Straße gesperrt",
        "Réponse tardive",
        "配送が遅い",
        "O'Brien & <b>Sons</b>",
    ]
    return [add_site(name, SETUP, at=now) for name in names]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("päckchen", [0]),
        ("PACKCHEN", [0]),
        ("paeckchen", [0]),
        ("strasse grosse", [1]),
        ("groesse", [1]),
        ("reponse", [2]),
        ("配送", [3]),
        ("o'brien", [4]),
        ("pack", [0]),
        ("nothing of the kind", []),
        ("", []),
        ("''; DROP TABLE core_site; --", []),
        ('"(*) AND OR NOT', []),
    ],
)
def test_words_are_found_however_they_are_spelt(sites: list[Site], ana: Member, asked: str, found: list[int]):
    assert [hit.record for hit in find(asked, ana)] == [sites[place] for place in found]


def test_the_newest_comes_first_and_a_renamed_record_is_found_by_its_new_name_only(sites, ana: Member, arranging):
    with arranging():
        sites[0].name = "Réponse perdue"
        sites[0].save()

    assert [hit.record for hit in find("réponse", ana)] == [sites[2], sites[0]]
    assert find("päckchen", ana) == []


def test_what_the_reader_may_not_see_is_not_found(sites, ana: Member, dan: Member):
    assert find("réponse", dan) == []


def test_indexing_nothing_asks_nothing(db: None, django_assert_num_queries):
    with django_assert_num_queries(0):
        index([])
    assert SearchEntry.objects.count() == 0


def test_the_same_bytes_are_stored_once_and_both_names_kept(ana: Member, now: datetime):
    first = keep("a.txt", b"We are sorry.", ana, at=now)
    second = keep("../b.txt", b"We are sorry.", ana, at=now)

    assert (first.sha256, second.name) == (second.sha256, ".._b.txt")
    assert default_storage.exists(first.path)
    assert StoredFile.objects.count() == 2


def test_a_file_above_the_limit_is_refused_and_nothing_kept(ana: Member, now: datetime, settings: LazySettings):
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(Refusal, match="larger than 0 MB"):
        keep("big.txt", b"x" * 11, ana, at=now)

    assert StoredFile.objects.count() == 0


def test_what_a_file_is_comes_from_its_bytes(ana: Member, now: datetime):
    assert media_type_of(b"%PDF-1.7") == "application/pdf"
    stored = keep("page.html", b"<script>alert(1)</script>", ana, at=now)

    response = serve(stored)

    assert (response["Content-Type"], "attachment" in response["Content-Disposition"]) == ("text/plain", True)
    assert "sandbox" in response["Content-Security-Policy"]


def test_references_count_up_within_a_prefix_and_a_year(db: None, now: datetime):
    given = [next_reference("CAS", now), next_reference("CAS", now), next_reference("ACT", now)]

    assert [*given, next_reference("CAS", now.replace(year=2027))] == [
        "CAS-2026-0001",
        "CAS-2026-0002",
        "ACT-2026-0001",
        "CAS-2027-0001",
    ]


def test_a_signature_needs_the_members_own_password(ana: Member, leipzig: Site, now: datetime):
    with pytest.raises(Refusal, match="not your password"):
        sign(leipzig, ana, at=now, meaning="verified", shown="It worked.", password="ben")

    signed = sign(leipzig, ana, at=now, meaning="verified", shown="It worked.", password="ana")

    assert [(each.name_shown, each.content_digest) for each in signatures_of(leipzig)] == [
        ("Ana Brandt", signed.content_digest)
    ]
    assert ana.has_role(Role.QUALITY_MANAGER)
