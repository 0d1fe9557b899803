"""What every page's shell needs."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Organisation
from wellheard.core.navigation import navigation_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """The organisation, the member, the navigation; each read only when a page uses it."""
    user = getattr(request, "user", None)
    member = user if isinstance(user, Member) and user.is_authenticated else None
    context: dict[str, Any] = {"organisation": SimpleLazyObject(Organisation.current), "member": member}
    if member is not None:
        context["navigation"] = SimpleLazyObject(lambda: navigation_for(member, request.path))
    return context
