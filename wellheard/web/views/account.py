"""One's own account: who I am here, what I may, how pages look."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from wellheard.core.actors import Role
from wellheard.core.views import member_of

THEMES = {"light", "dark", ""}


@login_required
@require_safe
def my_account(request: HttpRequest) -> HttpResponse:
    """What the house knows about me, and what I may change myself."""
    member = member_of(request)
    grants = member.grants.select_related("site").order_by("role")
    roles = [{"label": Role(grant.role).label, "value": grant.site or "at every site"} for grant in grants]
    return render(request, "web/my_account.html", {"roles": roles})


@login_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device says."""
    member = member_of(request)
    wanted = request.POST.get("theme", "")
    if wanted in THEMES:
        member.theme = wanted
        member.save(update_fields=["theme"])
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = reverse("home")
    return HttpResponseRedirect(onward)
