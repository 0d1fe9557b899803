"""Setting the house up: the organisation, its sites, its members."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.models.members import ApiToken, Member, RoleGrant
from wellheard.core.models.organisation import Holiday, Organisation, Site


@action("core.set_up_organisation")
def set_up_organisation(name: str, by: Actor, *, at: datetime, **details: Any) -> Organisation:
    """Name the organisation, or rename it."""
    organisation = Organisation.current()
    organisation.name = name
    for field, value in details.items():
        setattr(organisation, field, value)
    organisation.save()
    return organisation


@action("core.add_site")
def add_site(name: str, by: Actor, *, at: datetime, holidays: dict[str, str] | None = None, **details: Any) -> Site:
    """Add a site with its hours; `holidays` are its own closing days, ISO date → name."""
    site = Site(name=name, **details)
    site.save()
    for on, why in (holidays or {}).items():
        Holiday(site=site, on=datetime.fromisoformat(on).date(), name=why).save()
    return site


@action("core.add_member")
def add_member(
    name: str,
    email: str,
    by: Actor,
    *,
    at: datetime,
    roles: tuple[str, ...] = (),
    site: Site | None = None,
    only_at_site: bool = False,
    password: str = "",
    **details: Any,
) -> Member:
    """Give someone an account. `only_at_site` holds the roles to their site; without a password they need a link."""
    member = Member(name=name, email=email.strip().lower(), site=site, **details)
    if password:
        member.set_password(password)
    else:
        member.set_unusable_password()
    member.save()
    for role in roles:
        RoleGrant(member=member, role=role, site=site if only_at_site else None).save()
    return member


@action("core.make_token")
def make_token(member: Member, name: str, by: Actor, *, at: datetime) -> "tuple[ApiToken, str]":
    """A key for programs that act as this member, and the key itself, which is shown this once."""
    key = f"wh_{secrets.token_urlsafe(32)}"
    token = ApiToken(member=member, name=name, digest=hashlib.sha256(key.encode()).hexdigest(), created_at=at)
    token.save()
    return token, key
