"""Setting the house up: the organisation, its sites, its members."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wellheard.core.action import action
from wellheard.core.actors import Actor, Role
from wellheard.core.errors import Refusal
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
    _keep_holidays(site, holidays or {})
    return site


@action("core.change_site")
def change_site(site: Site, by: Actor, *, at: datetime, holidays: Mapping[str, str], **details: Any) -> Site:
    """Change a site's name, hours or closing days. Promises already made keep the times that they were made with."""
    for field, value in details.items():
        setattr(site, field, value)
    site.save()
    _keep_holidays(site, holidays)
    return site


def _keep_holidays(site: Site, holidays: Mapping[str, str]) -> None:
    """The site's own closing days are these and no others; days on which it works all the same stay."""
    kept = {each.on.isoformat(): each for each in site.own_holidays.filter(works=False)}
    for on, each in kept.items():
        if holidays.get(on) != each.name:
            each.delete()
    for on, why in holidays.items():
        if on not in kept or kept[on].name != why:
            Holiday(site=site, on=datetime.fromisoformat(on).date(), name=why).save()


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
    email = email.strip().lower()
    if Member.objects.filter(email=email).exists():
        raise Refusal(f"{email} already has an account. Nothing was added. Open it to change its roles.", field="email")
    member = Member(name=name, email=email, site=site, **details)
    if password:
        member.set_password(password)
    else:
        member.set_unusable_password()
    member.save()
    for role in roles:
        RoleGrant(member=member, role=role, site=site if only_at_site else None).save()
    return member


@action("core.change_roles")
def change_roles(
    member: Member,
    roles: Sequence[str],
    by: Actor,
    *,
    at: datetime,
    site: Site | None = None,
    only_at_site: bool = False,
) -> Member:
    """The member holds these roles and no others: at their site only, or everywhere."""
    if Role.ADMINISTRATOR not in roles:
        _keep_an_administrator(member)
    where = site if only_at_site else None
    member.site = site
    member.save()
    wanted = set(roles)
    for grant in member.grants.all():
        if grant.role in wanted and grant.site_id == (where.pk if where else None):
            wanted.discard(grant.role)
        else:
            grant.delete()
    for role in sorted(wanted):
        RoleGrant(member=member, role=role, site=where).save()
    member.__dict__.pop("_held", None)
    return member


@action("core.deactivate_member")
def deactivate_member(member: Member, by: Actor, *, at: datetime) -> Member:
    """The member can't sign in any more, nor can programs in their name. What they did stays theirs."""
    _keep_an_administrator(member)
    member.is_active = False
    member.save()
    for token in member.tokens.filter(revoked_at=None):
        token.revoked_at = at
        token.save()
    return member


@action("core.reactivate_member")
def reactivate_member(member: Member, by: Actor, *, at: datetime) -> Member:
    """The member may sign in again, with the roles they had; keys for programs stay revoked."""
    member.is_active = True
    member.save()
    return member


def _keep_an_administrator(member: Member) -> None:
    others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, site=None, member__is_active=True).exclude(member=member)
    if member.has_role(Role.ADMINISTRATOR) and not others.exists():
        raise Refusal(
            f"{member.name} is the only administrator; without one nobody could give accounts any more. "
            "Nothing was changed. Make somebody else an administrator first."
        )


@action("core.renew_access")
def renew_access(member: Member, by: Actor, *, at: datetime) -> Member:
    """The present password ends at once, everywhere; the member needs a new sign-in link."""
    member.set_unusable_password()
    member.save(update_fields=["password"])
    return member


@action("core.take_account")
def take_account(member: Member, name: str, password: str, by: Actor, *, at: datetime, email: str = "") -> Member:
    """The member has opened their sign-in link, says their name and chooses a password."""
    email = email.strip().lower() or member.email
    if Member.objects.filter(email=email).exclude(pk=member.pk).exists():
        raise Refusal("Somebody else signs in with this address. Nothing was saved. Use another one.", field="email")
    member.name, member.email = name, email
    member.save()
    member.set_password(password)
    member.save(update_fields=["password"])
    return member


@action("core.make_token", creates=True)
def make_token(member: Member, name: str, by: Actor, *, at: datetime) -> "tuple[ApiToken, str]":
    """A key for programs that act as this member, and the key itself, which is shown this once."""
    key = f"wh_{secrets.token_urlsafe(32)}"
    token = ApiToken(member=member, name=name, digest=hashlib.sha256(key.encode()).hexdigest(), created_at=at)
    token.save()
    return token, key


@action("core.revoke_token")
def revoke_token(token: ApiToken, by: Actor, *, at: datetime) -> ApiToken:
    """The key opens nothing from now on."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save()
    return token
