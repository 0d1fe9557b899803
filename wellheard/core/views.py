"""What every view begins with."""

from typing import cast

from django.http import HttpRequest

from wellheard.core.models.members import Member


def member_of(request: HttpRequest) -> Member:
    """The signed-in member; for views behind `login_required`."""
    # Django's lazy stand-in would pass for a member until an action locks the row of “its” class.
    return cast("Member", getattr(request.user, "_wrapped", request.user) if request.user.pk else request.user)
