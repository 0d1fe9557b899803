"""A signature needs the signer's own password, and nobody guesses it by trying."""

from datetime import datetime

import pytest

from wellheard.conftest import Arranging
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Signature, Site, TrailEntry
from wellheard.core.signatures import MOST_TRIES, sign, signatures_of
from wellheard.ground.canonical import digest


def put(record: Site, by: Member, at: datetime, password: str, shown: str = "It worked.") -> Signature:
    return sign(record, by, at=at, meaning=Signature.Meaning.VERIFIED, shown=shown, password=password)


def test_a_signature_is_bound_to_what_was_shown_and_leaves_a_trail(ana: Member, leipzig: Site, now: datetime):
    signature = put(leipzig, ana, now, "ana", "It worked, it says here.")

    assert (signature.content_digest, signature.name_shown) == (digest("It worked, it says here."), "Ana Brandt")
    assert signatures_of(leipzig) == [signature]
    assert TrailEntry.objects.filter(action="core.sign", kind="core.signature", object_id=signature.pk).count() == 1


@pytest.mark.parametrize("password", ["", "ben", "Ana", "ana ", "ana\x00"])
def test_another_password_signs_nothing(ana: Member, leipzig: Site, now: datetime, password: str):
    with pytest.raises(Refusal, match="not your password") as refused:
        put(leipzig, ana, now, password)

    assert (refused.value.field, Signature.objects.count()) == ("password", 0)


def test_the_auditor_and_a_stranger_sign_nothing(auditor: Member, dan: Member, leipzig: Site, now: datetime):
    for member, password in ((auditor, "otto"), (dan, "dan")):
        with pytest.raises(NotAllowed):
            put(leipzig, member, now, password)


def test_after_some_wrong_passwords_the_right_one_has_to_wait(ana: Member, ben: Member, leipzig: Site, now: datetime):
    for _ in range(MOST_TRIES):
        with pytest.raises(Refusal, match="not your password"):
            put(leipzig, ana, now, "a guess")

    with pytest.raises(Refusal, match="too often"):
        put(leipzig, ana, now, "ana")
    assert put(leipzig, ben, now, "ben").member == ben


def test_the_right_password_forgets_the_wrong_ones(ana: Member, leipzig: Site, now: datetime):
    for _ in range(2):
        for _ in range(MOST_TRIES - 1):
            with pytest.raises(Refusal, match="not your password"):
                put(leipzig, ana, now, "a guess")
        put(leipzig, ana, now, "ana")

    assert Signature.objects.count() == 2


def test_a_member_without_a_password_signs_nothing(ana: Member, leipzig: Site, now: datetime, arranging: Arranging):
    ana.set_unusable_password()
    ana.save(update_fields=["password"])

    with pytest.raises(Refusal, match="not your password"):
        put(leipzig, ana, now, "ana")
