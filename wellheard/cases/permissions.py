"""Who may do what with cases."""

from wellheard.cases.models import Case, ClockRule, Entry
from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, at_site, declare, own
from wellheard.core.actors import Actor, Public, Role

Grants = dict[Role, Scope]

READERS: Grants = {
    Role.QUALITY_MANAGER: AT_SITE,
    Role.FRONT_LINE: AT_SITE,
    Role.PROCESS_OWNER: AT_SITE,
    Role.TOP_MANAGEMENT: AT_SITE,
    Role.ANALYST: AT_SITE,
    Role.AUDITOR: EVERYWHERE,
    Role.EMPLOYEE: own("owner_id"),
    Role.SYSTEM: EVERYWHERE,
}
HANDLERS: Grants = {Role.QUALITY_MANAGER: AT_SITE, Role.FRONT_LINE: AT_SITE, Role.SYSTEM: EVERYWHERE}
THE_PUBLIC: Grants = {Role.PUBLIC: EVERYWHERE}

HANDLING = (
    "acknowledge",
    "assess",
    "investigate",
    "answer",
    "close",
    "withdraw",
    "reopen",
    "hand_over",
    "reclassify",
    "write_to_customer",
    "alert",
)
CUSTOMER = ("customer_writes", "say_settled", "say_unsettled")


def not_about_themselves(actor: Actor, case: Case) -> str | None:
    """Nobody handles, or sees, a complaint about themselves."""
    if case.subject_member_id is not None and case.subject_member_id == getattr(actor, "pk", None):
        return "This is about you, so somebody else looks after it."
    return None


def not_about_the_reader(actor: Actor, entry: Entry) -> str | None:
    return not_about_themselves(actor, entry.case)


def only_their_own(actor: Actor, case: Case) -> str | None:
    """The holder of a status page's address may write to that case, and to no other."""
    if isinstance(actor, Public) and actor.key != f"case:{case.pk}":
        return "This page belongs to another case. Nothing was saved; open the page that we sent you."
    return None


def every_site_needs_every_site(actor: Actor, rule: ClockRule) -> str | None:
    """A promise for every site is made by someone whose role is held everywhere."""
    if rule.site_id is None and all(held.site_id is not None for held in actor.held()):
        return "Your role is held at some sites only; a promise for every site needs someone whose role is held everywhere."
    return None


declare("cases.see_case", Case, READERS, unless=not_about_themselves)
declare(
    "cases.see_entry",
    Entry,
    {
        role: scope if scope == EVERYWHERE else at_site("case__site_id") if scope == AT_SITE else own("case__owner_id")
        for role, scope in READERS.items()
    },
    unless=not_about_the_reader,
)
declare("cases.open_case", Case, HANDLERS | THE_PUBLIC)
for verb in HANDLING:
    declare(f"cases.{verb}", Case, HANDLERS, unless=not_about_themselves)
for verb in ("note", "look"):
    declare(
        f"cases.{verb}",
        Case,
        HANDLERS | {Role.PROCESS_OWNER: AT_SITE, Role.EMPLOYEE: own("owner_id")},
        unless=not_about_themselves,
    )
declare("cases.note_failed_mail", Entry, {Role.SYSTEM: EVERYWHERE})
for verb in CUSTOMER:
    declare(f"cases.{verb}", Case, HANDLERS | THE_PUBLIC, unless=(not_about_themselves, only_their_own))
declare("cases.see_clockrule", ClockRule, dict.fromkeys(READERS, EVERYWHERE))
declare(
    "cases.set_promise",
    ClockRule,
    {Role.QUALITY_MANAGER: AT_SITE, Role.SYSTEM: EVERYWHERE},
    unless=every_site_needs_every_site,
)
