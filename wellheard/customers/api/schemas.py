"""Accounts and people as programs see and send them."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict, field_validator

from wellheard.customers.models import Account, Affiliation, Person
from wellheard.ground.text.keeping import keepable

Role = Literal["buyer", "user", "payer", "decision_maker"]
Lifecycle = Literal["prospect", "active", "at_risk", "lost", "won_back"]


class ContactPointOut(Schema):
    """A way to reach them. `value` is what was given, `key` what it is found by (E.164 for a number)."""

    id: int
    what: str = Field(description="email, phone or website.")
    value: str
    key: str
    extension: str
    use: str
    is_main: bool
    is_valid: bool
    is_shared: bool
    is_former: bool


class AddressOut(Schema):
    """Where they live or work."""

    id: int
    use: str
    lines: str
    postcode: str
    city: str
    region: str
    country: str


class ExternalIdOut(Schema):
    """What another program calls them."""

    source: str
    value: str


class AffiliationOut(Schema):
    """For whom somebody speaks, in which roles; `until` ends it."""

    id: int
    account: int
    account_reference: str
    roles: list[str]
    job_title: str
    since: date | None
    until: date | None
    is_main: bool

    @staticmethod
    def resolve_account(each: Affiliation) -> int:
        return each.account_id

    @staticmethod
    def resolve_account_reference(each: Affiliation) -> str:
        return each.account.reference


class CustomerOut(Schema):
    """What accounts and people have in common. One that was merged names the one that stands for it now."""

    id: int
    name: str
    lifecycle: str
    lifecycle_reason: str
    lifecycle_since: datetime | None
    site: int | None
    owner: int | None
    language: str
    tags: list[str]
    custom: dict[str, Any]
    notes: str
    merged_into: int | None
    erased_at: datetime | None
    noted_at: datetime | None
    contact_points: list[ContactPointOut]
    addresses: list[AddressOut]
    external_ids: list[ExternalIdOut]

    @staticmethod
    def resolve_site(each: Account | Person) -> int | None:
        return each.site_id

    @staticmethod
    def resolve_owner(each: Account | Person) -> int | None:
        return each.owner_id

    @staticmethod
    def resolve_merged_into(each: Account | Person) -> int | None:
        return each.merged_into_id

    @staticmethod
    def resolve_contact_points(each: Account | Person) -> list[Any]:
        return list(each.contact_points.all())

    @staticmethod
    def resolve_addresses(each: Account | Person) -> list[Any]:
        return list(each.addresses.all())

    @staticmethod
    def resolve_external_ids(each: Account | Person) -> list[Any]:
        return sorted(each.external_ids.all(), key=lambda known: (known.source, known.value))


class AccountOut(CustomerOut):
    """A customer as one does business with it."""

    reference: str
    segment: str | None
    parent: int | None
    since: date | None
    city: str
    country: str
    industry: str

    @staticmethod
    def resolve_segment(account: Account) -> str | None:
        return account.segment.name if account.segment else None

    @staticmethod
    def resolve_parent(account: Account) -> int | None:
        return account.parent_id


class PersonOut(CustomerOut):
    """Somebody who speaks as a customer."""

    given_name: str
    family_name: str
    salutation: str
    email: str | None
    phone: str
    account: int | None
    channel: str
    frequency: str
    do_not_ask: bool
    wants_no_mail: bool
    affiliations: list[AffiliationOut]

    @staticmethod
    def resolve_account(person: Person) -> int | None:
        return person.account_id

    @staticmethod
    def resolve_affiliations(person: Person) -> list[Any]:
        return list(person.affiliations.all())


class Sent(Schema):
    """What programs send: an unknown field is a mistake, and no text holds what no database keeps."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def keep_what_can_be_kept(cls, value: Any) -> Any:
        return keepable(value) if isinstance(value, str) else value


class PointIn(Sent):
    """An address or number, with what it is used for."""

    value: str = Field(min_length=1, max_length=320)
    use: str = Field("", max_length=40)
    is_main: bool = False
    is_shared: bool = False


class AddressIn(Sent):
    """Where they live or work; the same one is noted once."""

    use: str = Field("", max_length=40)
    lines: str = Field("", max_length=1_000)
    postcode: str = Field("", max_length=20)
    city: str = Field("", max_length=200)
    region: str = Field("", max_length=200)
    country: str = Field("", max_length=100)


class AffiliationIn(Sent):
    """For whom they speak: by its id here, its reference, or the id that your program gave it."""

    account: int | None = None
    reference: str = Field("", max_length=20)
    external_id: str = Field("", max_length=200, description="Of the same source.")
    source: str = Field("", max_length=60)
    roles: list[Role] = []
    job_title: str = Field("", max_length=200)
    is_main: bool = False
    since: date | None = None


class CustomerIn(Sent):
    """What is left out stays as it is; an empty text is erased. Addresses and numbers are added, never taken away."""

    name: str | None = Field(None, max_length=200)
    lifecycle: Lifecycle | None = None
    lifecycle_reason: str = Field("", max_length=500)
    site: int | None = None
    owner: int | None = None
    language: str | None = Field(None, max_length=8)
    tags: list[str] | None = Field(None, max_length=100)
    add_tags: list[str] | None = Field(None, max_length=100)
    custom: dict[str, Any] | None = None
    notes: str | None = Field(None, max_length=100_000)
    emails: list[PointIn | str] = Field([], max_length=50)
    phones: list[PointIn | str] = Field([], max_length=50)
    websites: list[PointIn | str] = Field([], max_length=50)
    addresses: list[AddressIn] = Field([], max_length=50)


class AccountIn(CustomerIn):
    """An account as your program knows it."""

    segment: str | None = Field(None, max_length=100, description="By its name; a new name makes a new segment.")
    parent: int | None = Field(None, description="The id of the account that it belongs to.")
    since: date | None = None
    city: str | None = Field(None, max_length=200)
    country: str | None = Field(None, max_length=100)
    industry: str | None = Field(None, max_length=200)


class PersonIn(CustomerIn):
    """A person as your program knows them."""

    given_name: str | None = Field(None, max_length=100)
    family_name: str | None = Field(None, max_length=100)
    salutation: str | None = Field(None, max_length=60)
    email: str | None = Field(None, max_length=254)
    phone: str | None = Field(None, max_length=50)
    channel: Literal["", "mail", "phone", "letter", "none"] | None = None
    frequency: Literal["", "monthly", "quarterly", "yearly"] | None = None
    do_not_ask: bool | None = None
    wants_no_mail: bool | None = None
    affiliations: list[AffiliationIn] = Field([], max_length=50)


class UpsertedAccountOut(Schema):
    """What became of it: created, changed or same."""

    verdict: str
    account: AccountOut


class UpsertedPersonOut(Schema):
    """What became of them: created, changed or same."""

    verdict: str
    person: PersonOut
