"""Who sees, writes down and corrects conversations."""

from wellheard.core.access import Scope, declare, declare_each, own
from wellheard.core.actors import Role
from wellheard.customers.models import Conversation, HeardWords
from wellheard.customers.permissions.roles import HEARERS, KEEPERS, READERS, through

Scopes = dict[Role, Scope | tuple[Scope, ...]]


def with_own(roles: dict[Role, Scope], path: str) -> Scopes:
    """The same roles, and whoever led the conversation: what someone wrote down themselves they find again."""
    mine = own(path)
    found: Scopes = {role: (scope, mine) for role, scope in roles.items()}
    return found | {Role.EMPLOYEE: mine}


declare("customers.see_conversation", Conversation, with_own(READERS, "heard_by_id"))
declare(
    "customers.see_heardwords",
    HeardWords,
    with_own(through("conversation__site_id", READERS), "conversation__heard_by_id"),
)
declare("customers.log_conversation", Conversation, HEARERS)
declare_each(
    ("customers.change_conversation", "customers.add_words", "customers.follow_up"),
    Conversation,
    with_own(KEEPERS, "heard_by_id"),
)
declare(
    "customers.change_words",
    HeardWords,
    with_own(through("conversation__site_id", KEEPERS), "conversation__heard_by_id"),
)
