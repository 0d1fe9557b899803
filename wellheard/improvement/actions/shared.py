"""What several verbs need: whose it is, where, and which day it is there."""

from datetime import date, datetime

from django.db.models import Model
from django.utils import timezone

from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member, Site


def owner_or(by: Actor, owner: Member | None) -> Member:
    """The owner who was named, or the member who acts."""
    if owner is not None:
        return owner
    if isinstance(by, Member):
        return by
    raise Refusal("It isn't said whose this is, so nothing was opened. Name an owner.", field="owner")


def site_of(origin: Model | None, site: Site | None) -> Site | None:
    """The site that was named, or that of the record from which it comes."""
    return site or getattr(origin, "site", None)


def said(text: str, *, field: str, refusal: str) -> str:
    """The text without space around it; refused when nothing is left."""
    if not text.strip():
        raise Refusal(refusal, field=field)
    return text.strip()


def day_at(moment: datetime, site: Site | None) -> date:
    """Which day it is at the site at this moment."""
    return moment.astimezone(site.zone if site is not None else timezone.get_default_timezone()).date()
