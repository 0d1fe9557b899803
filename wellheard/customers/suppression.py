"""Addresses to which nothing is sent, known by a keyed digest alone: it outlives the person's erasure and tells nobody who
it was. The key is derived from the installation's secret key; with a secret key of before (SECRET_KEY_FALLBACKS) older rows
are still found.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

from wellheard.core.batches import in_batches
from wellheard.customers.models import Suppression

SALT = "wellheard.customers.suppression"


def normal_address(address: str) -> str:
    """The address as it is compared: without space around it, in small letters, its accents composed."""
    return unicodedata.normalize("NFC", address.strip().lower())


def address_digest(address: str) -> str:
    """The digest under which an address is kept: HMAC-SHA-256, 64 hexadecimal digits."""
    return _digest(address, settings.SECRET_KEY)


def digests_of(address: str) -> list[str]:
    """The digests under which it may have been kept, the present one first."""
    return [_digest(address, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def suppressions_of(addresses: Iterable[str]) -> dict[str, list[Suppression]]:
    """What is in force for each of these addresses (as normalised), oldest first: one query for thousands."""
    address_of = {digest: normal_address(each) for each in set(addresses) if each for digest in digests_of(each)}
    found: dict[str, list[Suppression]] = defaultdict(list)
    for some in in_batches(address_of):
        rows = Suppression.objects.filter(address_digest__in=some, lifted_at=None).select_related("purpose")
        for row in rows.order_by("since", "pk"):
            found[address_of[row.address_digest]].append(row)
    return dict(found)


def erased_among(addresses: Iterable[str]) -> set[str]:
    """Of these addresses (as normalised) those of somebody who was erased on request, and is held by that still."""
    found = suppressions_of(addresses)
    return {each for each, rows in found.items() if any(row.reason == Suppression.Reason.ERASED for row in rows)}


def _digest(address: str, secret: str | bytes) -> str:
    return salted_hmac(SALT, normal_address(address), secret=secret, algorithm="sha256").hexdigest()
