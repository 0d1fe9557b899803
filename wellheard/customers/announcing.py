"""Of which records of customers other programs are told, by webhooks and by the list of changes; the names are for good."""

from collections.abc import Callable

from wellheard.core.webhooks import Announced, register_announced, register_part

API = "/api/v1/customers"


def at(collection: str) -> Callable[[int], str]:
    """Where the API shows a record of this collection."""
    return lambda pk: f"{API}/{collection}/{pk}"


ACCOUNT, PERSON = "customers.account", "customers.person"
PARTY, CONVERSATION, SEGMENT = "customers.interestedparty", "customers.conversation", "customers.segment"
CUSTOMER_MARKS = {"erased_at": "erased", "merged_into_id": "merged"}

KINDS = (
    Announced(ACCOUNT, "account", "Accounts", at("accounts"), CUSTOMER_MARKS),
    Announced(PERSON, "person", "People", at("people"), CUSTOMER_MARKS),
    Announced(CONVERSATION, "conversation", "Conversations", at("conversations")),
    Announced("customers.purpose", "purpose", "Purposes of writing", at("purposes"), {"retired_at": "retired"}),
    Announced("customers.consent", "consent", "Consents", at("consents")),
    Announced(SEGMENT, "segment", "Segments", at("segments"), {"retired_at": "retired"}),
    Announced(PARTY, "party", "Interested parties", at("parties"), {"retired_at": "retired"}),
    Announced("customers.merge", "merge", "Merges of duplicates", at("merges"), {"undone_at": "undone"}),
)
OF_A_CUSTOMER = {"person_id": PERSON, "account_id": ACCOUNT}
PARTS = {
    "customers.contactpoint": OF_A_CUSTOMER,
    "customers.address": OF_A_CUSTOMER,
    "customers.externalid": OF_A_CUSTOMER,
    "customers.affiliation": OF_A_CUSTOMER,
    "customers.heardwords": {"conversation_id": CONVERSATION},
    "customers.segmentrun": {"segment_id": SEGMENT},
    "customers.partyneed": {"party_id": PARTY},
    "customers.partyreview": {"party_id": PARTY},
}


def register() -> None:
    """Have programs told of them."""
    for each in KINDS:
        register_announced(each)
    for kind, owners in PARTS.items():
        register_part(kind, owners)
