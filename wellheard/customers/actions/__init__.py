"""What we do with what we know about our customers. Each topic has its own module."""

from wellheard.customers.actions.affiliations import affiliate, change_affiliation, end_affiliation
from wellheard.customers.actions.conversations import (
    CONVERSATION_FIELDS,
    add_words,
    change_conversation,
    change_words,
    follow_up,
    log_conversation,
)
from wellheard.customers.actions.describing import set_lifecycle, set_tags
from wellheard.customers.actions.directory import (
    ACCOUNT_FIELDS,
    PERSON_FIELDS,
    add_account,
    add_person,
    change_account,
    change_person,
    known_person,
    person_for,
    stop_mail,
)
from wellheard.customers.actions.external import by_external_id, remember_external_id
from wellheard.customers.actions.fields import change_field, define_field, retire_field, use_field_again
from wellheard.customers.actions.putting_back import left_over, put_back
from wellheard.customers.actions.reaching import (
    change_address,
    change_contact_point,
    drop_address,
    drop_contact_point,
    note_address,
    note_contact_point,
)
from wellheard.customers.actions.segments import (
    add_segment,
    change_segment,
    put_into_segment,
    retire_segment,
    take_out_of_segment,
    use_segment_again,
)
from wellheard.customers.actions.upserting import ACCOUNT_VALUES, PERSON_VALUES, Upserted, upsert_account, upsert_person

__all__ = [
    "ACCOUNT_FIELDS",
    "ACCOUNT_VALUES",
    "CONVERSATION_FIELDS",
    "PERSON_FIELDS",
    "PERSON_VALUES",
    "Upserted",
    "add_account",
    "add_person",
    "add_segment",
    "add_words",
    "affiliate",
    "by_external_id",
    "change_account",
    "change_address",
    "change_affiliation",
    "change_contact_point",
    "change_conversation",
    "change_field",
    "change_person",
    "change_segment",
    "change_words",
    "define_field",
    "drop_address",
    "drop_contact_point",
    "end_affiliation",
    "follow_up",
    "known_person",
    "left_over",
    "log_conversation",
    "note_address",
    "note_contact_point",
    "person_for",
    "put_back",
    "put_into_segment",
    "remember_external_id",
    "retire_field",
    "retire_segment",
    "set_lifecycle",
    "set_tags",
    "stop_mail",
    "take_out_of_segment",
    "upsert_account",
    "upsert_person",
    "use_field_again",
    "use_segment_again",
]
