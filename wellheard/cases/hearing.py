"""The customer behind a case, and their words: where they are, whoever keeps them."""

from dataclasses import dataclass
from datetime import datetime

from wellheard.cases.models import Case, Channel
from wellheard.core.actors import Actor
from wellheard.core.models.links import Link
from wellheard.core.models.organisation import Site
from wellheard.core.records import Record, kind_of
from wellheard.customers.actions import person_for
from wellheard.customers.models import Account, Person
from wellheard.customers.segmenting.membership import segments_at
from wellheard.feedback.models import Statement


@dataclass(frozen=True)
class Contact:
    """Who to answer, and how."""

    person: Person | None
    account: Account | None
    name: str
    email: str | None
    phone: str
    language: str


def contact_of(
    by: Actor,
    *,
    at: datetime,
    site: Site,
    origin: Record | None,
    person: Person | None,
    account: Account | None,
    name: str,
    email: str | None,
    phone: str,
    language: str,
) -> Contact:
    """What was said about the customer, completed from what we know of them; someone new is noted as a person, also
    without an address. Nobody is made up for a customer who gave neither name nor address."""
    name, email = name.strip(), (email or "").strip() or None
    if isinstance(origin, Statement):
        person, account = person or origin.person, account or origin.account
        language = language or origin.language
    if person is None and (name or email):
        person = person_for(email or "", name, by, at=at, site=site, language=language, account=account)
    if person is not None:
        name, email, phone = name or person.name, email or person.email, phone.strip() or person.phone
        account, language = account or person.account, language or person.language
    return Contact(person, account, name, email, phone.strip(), language)


def segments_then(contact: Contact, origin: Record | None, at: datetime) -> list[str]:
    """The names of the segments that the customer was in when they told us; of a statement those that are kept with it."""
    is_same = isinstance(origin, Statement) and (origin.account, origin.person) == (contact.account, contact.person)
    if isinstance(origin, Statement) and is_same:
        return list(origin.segments)
    return segments_at(contact.account, contact.person, at)


def channel_of(origin: Record | None) -> str:
    """How the words of a statement reached us; another way when nothing is known."""
    source = origin.source if isinstance(origin, Statement) else ""
    return source if source in Channel.values else Channel.OTHER.value


def words_of_origin(origin: Record) -> str:
    """The words that a case was opened from."""
    return origin.verbatim if isinstance(origin, Statement) else ""


def statement_of(case: Case) -> Statement | None:
    """The statement that raised the case, if it came from one."""
    ids = Link.objects.filter(
        source_kind=kind_of(Statement), target_kind=kind_of(Case), target_id=case.pk, role="raised"
    ).values("source_id")
    return Statement.objects.select_related("person", "account", "site").filter(pk__in=ids).order_by("pk").first()


def words_of(case: Case) -> str:
    """The customer's own words, whole: kept in the case, or in the statement that raised it."""
    if case.complaint_text:
        return case.complaint_text
    statement = statement_of(case)
    return statement.verbatim if statement is not None else ""


def case_of(statement: Statement) -> Case | None:
    """The case that this statement raised: the latest one."""
    ids = Link.objects.filter(
        source_kind=kind_of(Statement), source_id=statement.pk, target_kind=kind_of(Case), role="raised"
    ).values("target_id")
    return Case.objects.filter(pk__in=ids).order_by("pk").last()
