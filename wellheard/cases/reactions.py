"""The reaction of listening rules: open a complaint case for what a customer said."""

from datetime import datetime

from wellheard.cases.actions import open_case
from wellheard.cases.actions.opening import may_own, title_from
from wellheard.cases.hearing import case_of
from wellheard.cases.models import Case
from wellheard.cases.owners import owner_for
from wellheard.core.actors import Actor
from wellheard.core.models.organisation import Site
from wellheard.feedback.models import ListeningRule, Statement
from wellheard.feedback.rules import Reaction, register_reaction


def open_for(statement: Statement, rule: ListeningRule, by: Actor, *, at: datetime) -> str:
    """Open a case for a statement, once. Its owner is whoever looks after the customer, else the rule's, else the front
    line of the site."""
    known = case_of(statement)
    if known is not None:
        return f"It is {known.reference} already"
    site = _site_of(statement, rule)
    if site is None:
        return "No case was opened: there is no site that could look after it"
    draft = Case(site=site)
    wished = (statement.account.owner if statement.account else None, rule.owner)
    owner = next((member for member in wished if member is not None and may_own(draft, member)), None)
    case = open_case(
        _title(statement),
        by,
        at=at,
        site=site,
        owner=owner or owner_for(site),
        origin=statement,
        received_at=statement.heard_at,
    )
    return f"Opened {case.reference}, looked after by {case.owner.name}"


def _title(statement: Statement) -> str:
    if statement.verbatim.strip():
        return title_from(statement.verbatim)
    return f"{statement.rating_words} from {statement.who}" if statement.rating_words else f"From {statement.who}"


def _site_of(statement: Statement, rule: ListeningRule) -> Site | None:
    account, person = statement.account, statement.person
    candidates = (
        statement.site,
        rule.site,
        account.site if account else None,
        person.site if person else None,
        rule.owner.site if rule.owner else None,
    )
    return next((site for site in candidates if site is not None), None) or Site.objects.order_by("pk").first()


def register() -> None:
    """Offer it to the listening rules."""
    register_reaction(Reaction("open_case", "open a complaint case", open_for))
