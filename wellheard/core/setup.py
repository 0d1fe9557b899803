"""Setting the house up: the organisation, its sites, its members."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wellheard.core.action import action
from wellheard.core.actors import MEMBER_ROLES, Actor, Role
from wellheard.core.clock import holidays_are_known, week_of
from wellheard.core.errors import Refusal
from wellheard.core.models.members import ApiToken, Member, RoleGrant
from wellheard.core.models.organisation import Holiday, Organisation, Site
from wellheard.ground.working_time import Calendar


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
    _refuse_unknown_hours(site)
    site.save()
    _keep_holidays(site, holidays or {})
    return site


@action("core.change_site")
def change_site(site: Site, by: Actor, *, at: datetime, holidays: Mapping[str, str], **details: Any) -> Site:
    """Change a site's name, hours or closing days. Promises already made keep the times that they were made with."""
    for field, value in details.items():
        setattr(site, field, value)
    _refuse_unknown_hours(site)
    site.save()
    _keep_holidays(site, holidays)
    return site


def _refuse_unknown_hours(site: Site) -> None:
    """A zone or a country that nobody knows would stop every page of the site, or quietly move its deadlines."""
    try:
        ZoneInfo(site.time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise Refusal(
            f"No time zone is called “{site.time_zone}”. Nothing was saved. Choose one such as Europe/Berlin.",
            field="time_zone",
        ) from None
    try:
        Calendar(zone=site.time_zone, week=week_of(site.week), holidays={})
    except (ValueError, TypeError, AttributeError) as fault:
        raise Refusal(f"These hours can’t be read: {fault} Nothing was saved.", field="week") from None
    if not holidays_are_known(site.country, site.region):
        raise Refusal(
            f"No public holidays are known for “{site.country} {site.region}”. Nothing was saved. Choose another country, "
            "or leave the region empty.",
            field="region" if site.region else "country",
        )


def _keep_holidays(site: Site, holidays: Mapping[str, str]) -> None:
    """The site's own closing days are these and no others; days on which it works all the same stay."""
    there = {each.on.isoformat(): each for each in site.own_holidays.all()}
    for on, each in there.items():
        if not each.works and holidays.get(on) != each.name:
            each.delete()
    for on, why in holidays.items():
        if on in there and there[on].works:
            raise Refusal(
                f"On {on} this site works although it is a public holiday, so it can’t be closed too. Nothing was saved.",
                field="holidays",
            )
        if on not in there or there[on].name != why:
            Holiday(site=site, on=date.fromisoformat(on), name=why).save()


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
    where, email = _where(roles, site, only_at_site=only_at_site), email.strip().lower()
    if Member.objects.filter(email__iexact=email).exists():
        raise Refusal(f"{email} already has an account. Nothing was added. Open it to change its roles.", field="email")
    member = Member(name=name, email=email, site=site, **details)
    if password:
        member.set_password(password)
    else:
        member.set_unusable_password()
    member.save()
    for role in roles:
        RoleGrant(member=member, role=role, site=where).save()
    return member


def _where(roles: Sequence[str], site: Site | None, *, only_at_site: bool) -> Site | None:
    """Where the roles hold; None: everywhere. Refused when it would be everywhere by mistake, or is no role of a member."""
    if only_at_site and site is None:
        raise Refusal(
            "The roles should hold at one site, and none is chosen. Nothing was changed. Choose the site.", field="site"
        )
    if unknown := sorted(set(roles) - {str(role) for role in MEMBER_ROLES}):
        raise Refusal(f"No member can hold the role “{unknown[0]}”. Nothing was changed.", field="roles")
    return site if only_at_site else None


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
    where = _where(roles, site, only_at_site=only_at_site)
    if Role.ADMINISTRATOR not in roles or where is not None:
        _keep_an_administrator(member)
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
    # Locked: of two administrators who leave one another out at the same moment, the second is refused.
    held = RoleGrant.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR, site=None).order_by("pk")
    active = set(
        Member.objects.filter(is_active=True, pk__in=[each.member_id for each in held]).values_list("pk", flat=True)
    )
    if member.has_role(Role.ADMINISTRATOR) and not active - {member.pk}:
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
    if Member.objects.filter(email__iexact=email).exclude(pk=member.pk).exists():
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
