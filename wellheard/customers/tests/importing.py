"""Importing contacts in tests."""

from collections.abc import Callable
from datetime import datetime

from wellheard.core.imports import Options, Result, run_import, try_import
from wellheard.core.models import ImportBatch, Member
from wellheard.customers.models import Account, Address, Affiliation, ContactPoint, ExternalId, Person
from wellheard.ground.tests.shared_data import shared_file

Bring = Callable[..., ImportBatch]
CRM = "crm-customers"


def bringing(member: Member, moment: datetime) -> Bring:
    """`bring(data, name)`: import as this member; keywords answer questions and name columns."""

    def run(
        data: bytes | str,
        file: str = "contacts.csv",
        /,
        *,
        yes: bool = False,
        by: Member = member,
        at: datetime = moment,
        **said: str,
    ) -> ImportBatch:
        content = data.encode() if isinstance(data, str) else data
        return run_import("contacts", file, content, by, at=at, options=options(said, yes=yes))

    return run


def options(said: dict[str, str], *, yes: bool = False) -> Options:
    form = said.pop("as_", "")
    return Options(mapping=said, answers=said, accept_guesses=yes, format=form)


def shared(name: str) -> tuple[bytes, str]:
    return shared_file(f"{CRM}/{name}").read_bytes(), name


def look(data: bytes | str, by: Member, at: datetime, name: str = "contacts.csv", **said: str) -> Result:
    content = data.encode() if isinstance(data, str) else data
    return try_import("contacts", name, content, by, at=at, options=options(said))


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Account, Person, ContactPoint, Address, Affiliation, ExternalId))
