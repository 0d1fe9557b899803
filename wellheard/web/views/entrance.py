"""The way in: the link that works once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wellheard.core.actors import System
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Organisation
from wellheard.core.setup import set_up_organisation, take_account
from wellheard.web.accounts import LinkRefused, member_behind
from wellheard.web.forms import FirstSignInForm

ENTRANCE = System("first sign-in")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """A member opens their link, says who they are, chooses a password, and is in."""
    try:
        member = member_behind(token)
    except LinkRefused as refused:
        return _page(request, {"refused": str(refused)}, status=410)
    form = FirstSignInForm(member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        try:
            with transaction.atomic():
                # Opened twice at the same moment, the link still works once.
                Member.objects.get_queryset().select_for_update(no_key=True).get(pk=member.pk)
                member = member_behind(token)
                take_account(member, said["name"], said["password"], ENTRANCE, at=at, email=said.get("email", ""))
                if "organisation" in said:
                    set_up_organisation(said["organisation"], ENTRANCE, at=at)
        except LinkRefused as refused:
            return _page(request, {"refused": str(refused)}, status=410)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            login(request, member, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, f"Welcome, {member.name}. From now on you sign in with {member.email}.")
            return redirect("home")
    context = {"form": form, "link_of": member, "house": Organisation.current()}
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "web/first_sign_in.html", context, status=status)
    response["Referrer-Policy"] = "strict-origin"  # the address opens the account: nothing that is loaded may learn it
    return response
