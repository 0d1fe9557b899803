"""What every view begins with."""

from typing import cast

from django.http import HttpRequest

from wellheard.core.models.members import Member


def member_of(request: HttpRequest) -> Member:
    """The signed-in member; for views behind `login_required`."""
    return cast("Member", request.user)
