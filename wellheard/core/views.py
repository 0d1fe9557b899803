"""What every view begins with."""

from typing import cast

from django.db.models import Model
from django.http import Http404, HttpRequest

from wellheard.core import access
from wellheard.core.models.members import Member


def member_of(request: HttpRequest) -> Member:
    """The signed-in member; for views behind `login_required`."""
    # Django's lazy stand-in would pass for a member until an action locks the row of “its” class.
    return cast("Member", getattr(request.user, "_wrapped", request.user) if request.user.pk else request.user)


def may_offer(member: Member, permission: str, record: Model | None = None) -> bool:
    """May a page offer this to the member? Those whose account may only look are offered nothing that changes anything."""
    return not member.is_read_only and access.may(member, permission, record)


def only_those_who(member: Member, permission: str, *, seeing: str = "") -> None:
    """A page that only some can use does not exist for the others (404); those who may see (`seeing`) what it is about are
    told why it is closed to them."""
    if access.may(member, permission):
        return
    if seeing and access.may(member, seeing):
        access.require(member, permission)
    raise Http404
