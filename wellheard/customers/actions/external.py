"""What other programs call our customers."""

from datetime import datetime
from typing import TypeVar

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.customers.current import current, refuse_gone
from wellheard.customers.models import Account, ExternalId, Person
from wellheard.customers.values import clean_words

Customer = TypeVar("Customer", Account, Person)


def source_key(source: str) -> str:
    """A source's name as ids are kept under it: in small letters."""
    return clean_words(source).lower()


@action("customers.remember_external_id")
def remember_external_id(record: Account | Person, source: str, value: str, by: Actor, *, at: datetime) -> ExternalId:
    """The program `source` calls this record `value`. Said again it is kept once; refused when it means somebody else."""
    refuse_gone(record)
    program, name = source_key(source), str(value).strip()
    if not program or not name:
        raise Refusal(
            "An id of another program needs the program's name and the id. Nothing was saved; give both.",
            field="external_id",
        )
    about = {"account": record} if isinstance(record, Account) else {"person": record}
    known = ExternalId.objects.filter(source=program, value=name, **{f"{next(iter(about))}__isnull": False}).first()
    if known is not None:
        if (known.account_id or known.person_id) != record.pk:
            raise Refusal(
                f"“{name}” of {program} is somebody else’s id already. Nothing was saved; merge the two, or correct the id.",
                field="external_id",
                code="taken_external_id",
            )
        return known
    made = ExternalId(source=program, value=name, site_id=record.site_id, **about)
    made.save()
    return made


def by_external_id(model: type[Customer], source: str, value: str) -> Customer | None:
    """The account or person that `source` calls `value`; a merged one leads to the one that stands for it now."""
    name = "account" if model is Account else "person"
    found = ExternalId.objects.filter(source=source_key(source), value=str(value).strip(), **{f"{name}__isnull": False})
    known = found.select_related(f"{name}__merged_into").first()
    return current(getattr(known, name)) if known is not None else None
