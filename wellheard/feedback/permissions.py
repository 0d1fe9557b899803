"""Who may hear, read, answer and tell."""

from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, at_site, declare, declare_each, own
from wellheard.core.actors import Actor, Role
from wellheard.feedback.models import ListeningRule, Notice, RuleFiring, Statement, Telling
from wellheard.feedback.withheld import ids_kept_from

READING_ROLES = (
    Role.QUALITY_MANAGER,
    Role.ANALYST,
    Role.FRONT_LINE,
    Role.PROCESS_OWNER,
    Role.TOP_MANAGEMENT,
    Role.AUDITOR,
)


def readers(scope: Scope) -> dict[Role, Scope]:
    """Whoever works with what customers say, as far as `scope` reaches."""
    return {Role.ADMINISTRATOR: EVERYWHERE, Role.SYSTEM: EVERYWHERE} | dict.fromkeys(READING_ROLES, scope)


OF_MY_CUSTOMERS = own("account__owner_id")
"""Whoever looks after an account hears what it says, whatever their role."""
ANSWERING = (Role.QUALITY_MANAGER, Role.ANALYST, Role.FRONT_LINE, Role.PROCESS_OWNER)


def about_themselves(actor: Actor, statement: Statement) -> str | None:
    """Nobody reads, or looks after, the words of a complaint about themselves."""
    return "This is about you, so somebody else looks after it." if statement.pk in ids_kept_from(actor) else None


declare(
    "feedback.see_statement",
    Statement,
    {role: (scope, OF_MY_CUSTOMERS) for role, scope in readers(AT_SITE).items()} | {Role.EMPLOYEE: OF_MY_CUSTOMERS},
    unless=about_themselves,
)
declare("feedback.hear", Statement, {role: EVERYWHERE for role in Role if role != Role.AUDITOR})
for verb in ("handle", "reopen", "add_voice"):
    declare(
        f"feedback.{verb}",
        Statement,
        dict.fromkeys(ANSWERING, (AT_SITE, OF_MY_CUSTOMERS))
        | {Role.EMPLOYEE: (OF_MY_CUSTOMERS,), Role.SYSTEM: (EVERYWHERE,)},
        unless=about_themselves,
    )

declare("feedback.see_listeningrule", ListeningRule, dict.fromkeys(readers(EVERYWHERE), EVERYWHERE))
declare_each(
    ("feedback.add_rule", "feedback.change_rule"),
    ListeningRule,
    {Role.ADMINISTRATOR: EVERYWHERE, Role.QUALITY_MANAGER: AT_SITE, Role.SYSTEM: EVERYWHERE},
)
declare("feedback.see_rulefiring", RuleFiring, readers(at_site("statement__site_id")))
declare("feedback.fire_rule", Statement, {Role.SYSTEM: EVERYWHERE})

declare("feedback.see_notice", Notice, readers(AT_SITE) | {Role.EMPLOYEE: AT_SITE})
declare_each(
    ("feedback.write_notice", "feedback.change_notice"),
    Notice,
    {
        Role.QUALITY_MANAGER: AT_SITE,
        Role.ANALYST: AT_SITE,
        Role.PROCESS_OWNER: AT_SITE,
        Role.SYSTEM: EVERYWHERE,
    },
)
declare_each(
    ("feedback.publish", "feedback.take_back", "feedback.tell_everyone"),
    Notice,
    {Role.QUALITY_MANAGER: AT_SITE, Role.SYSTEM: EVERYWHERE},
)
declare("feedback.see_telling", Telling, readers(at_site("notice__site_id")))
declare(
    "feedback.told_by_hand",
    Telling,
    {role: at_site("notice__site_id") for role in (*ANSWERING,)} | {Role.SYSTEM: EVERYWHERE},
)
