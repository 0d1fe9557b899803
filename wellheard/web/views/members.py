"""Who has an account, and what they may: for administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wellheard.core import access, setup
from wellheard.core.actors import MEMBER_ROLES, Role
from wellheard.core.errors import Refusal
from wellheard.core.lists import Column, Filter, ListPage, how_many, list_view, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models.members import ApiToken, Member
from wellheard.core.models.tasks import Task
from wellheard.core.views import member_of
from wellheard.web.forms import KeyForm, MemberForm, RolesForm
from wellheard.web.invitations import address_of, invite

ADMINISTER = "core.add_member"


def member_url(member: Member) -> str:
    return reverse("member", args=[member.pk])


def roles_in_words(member: Member) -> str:
    """`Front line at Leipzig`; the grants are prefetched."""
    grants = sorted(member.grants.all(), key=lambda grant: grant.role)
    return ", ".join(f"{Role(g.role).label}{f' at {g.site}' if g.site else ''}" for g in grants) or "none"


def standing(member: Member) -> str:
    """Where the account stands, in words."""
    if not member.is_active:
        return "closed"
    return "in use" if member.has_usable_password() else "waiting for them to sign in"


def _of_standing(rows: Rows, value: str) -> Rows:
    if value == "closed":
        return rows.filter(is_active=False)
    rows = rows.filter(is_active=True)
    without_password = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return rows.filter(without_password if value == "waiting" else ~without_password)


def _of_role(rows: Rows, value: str) -> Rows:
    return rows.filter(grants__role=value).distinct()


MEMBERS = ListPage(
    key="web.members",
    title=lambda count: how_many(count, "member", "members"),
    rows=lambda member: Member.objects.visible_to(member).select_related("site").prefetch_related("grants__site"),
    columns=(
        Column("name", "Name", lambda m: m.name, url=member_url, sort="name", note=lambda m: m.email),
        Column("roles", "Roles", roles_in_words),
        Column("site", "Site", lambda m: m.site, sort="site__name"),
        Column("signed_in", "Last signed in", lambda m: m.last_login, sort="last_login", kind="moment"),
        Column("state", "Account", standing, kind="state", tone=lambda m: "wait" if "waiting" in standing(m) else ""),
    ),
    also=(Column("email", "Mail address", lambda m: m.email),),
    filters=(
        Filter("role", "Role", lambda _: [(role.value, role.label) for role in MEMBER_ROLES], _of_role),
        site_filter(),
        Filter(
            "account",
            "Account",
            lambda _: [("used", "in use"), ("waiting", "waiting"), ("closed", "closed")],
            _of_standing,
        ),
    ),
    search=("name", "email"),
    default_sort="name",
    actions=(
        ("Add a member", "member-new", ADMINISTER),
        ("Sites", "sites", "core.add_site"),
        ("Organisation", "organisation", "core.set_up_organisation"),
    ),
    permission=ADMINISTER,
)

members = list_view(MEMBERS)


def administrator(request: HttpRequest) -> Member:
    """The member, who may give accounts; for everybody else the page isn't there."""
    member = member_of(request)
    if not access.may(member, ADMINISTER):
        raise Http404
    return member


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_new(request: HttpRequest) -> HttpResponse:
    """Give somebody an account; they get a mail with their link, and the link is shown to be handed over."""
    by = administrator(request)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        said = dict(form.cleaned_data)
        try:
            with transaction.atomic():
                member = setup.add_member(
                    said.pop("name"), said.pop("email"), by, at=at, roles=tuple(said.pop("roles")), **said
                )
                invite(member, by, at=at)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, f"{member.name} has an account. A mail with the sign-in link is on its way.")
            return redirect(member_url(member))
    return render(request, "web/member_new.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: roles, the link while it waits, keys for programs."""
    return _member_page(request, pk)


def _member_page(
    request: HttpRequest,
    pk: int,
    *,
    roles: RolesForm | None = None,
    key_form: KeyForm | None = None,
    new_key: str = "",
) -> HttpResponse:
    by = administrator(request)
    subject = get_object_or_404(
        Member.objects.visible_to(by).select_related("site").prefetch_related("grants__site"), pk=pk
    )
    grants = list(subject.grants.all())
    waits = subject.is_active and not subject.has_usable_password()
    context = {
        "subject": subject,
        "standing": standing(subject),
        "link": address_of(subject) if waits else "",
        "open_tasks": Task.objects.filter(owner=subject, status=Task.Status.OPEN).count(),
        "roles": roles
        or RolesForm(
            initial={
                "roles": [grant.role for grant in grants],
                "site": subject.site_id,
                "only_at_site": any(grant.site_id for grant in grants),
            }
        ),
        "keys": ApiToken.objects.visible_to(by).filter(member=subject).order_by("-pk"),
        "key_form": key_form or KeyForm(),
        "new_key": new_key,
        "is_me": subject.pk == by.pk,
    }
    return render(request, "web/member.html", context)


@login_required
@require_POST
def member_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Other roles, or another site."""
    by = administrator(request)
    subject = get_object_or_404(Member.objects.visible_to(by), pk=pk)
    form = RolesForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            setup.change_roles(
                subject, said["roles"], by, at=timezone.now(), site=said["site"], only_at_site=said["only_at_site"]
            )
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, f"Saved. It holds for {subject.name} from the next page on.")
            return redirect(member_url(subject))
    return _member_page(request, pk, roles=form)


@login_required
@require_POST
def member_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account, open it again, or give a new sign-in link."""
    by = administrator(request)
    subject = get_object_or_404(Member.objects.visible_to(by), pk=pk)
    at = timezone.now()
    wish = request.POST.get("access")
    if wish == "close":
        setup.deactivate_member(subject, by, at=at)
        messages.success(request, f"{subject.name} can’t sign in any more. What they did stays theirs.")
    elif wish == "open":
        setup.reactivate_member(subject, by, at=at)
        messages.success(request, f"{subject.name} may sign in again.")
    elif wish == "link":
        with transaction.atomic():
            setup.renew_access(subject, by, at=at)
            invite(subject, by, at=at)
        messages.success(request, "The old password has ended. A new sign-in link is below, and in a mail.")
    else:
        raise Refusal("It was not said what to do with the account. Nothing was changed. Go back and press a button.")
    return redirect(member_url(subject))


@login_required
@never_cache
@require_POST
def key_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key for programs; it is shown on the answer's page and never again."""
    by = administrator(request)
    subject = get_object_or_404(Member.objects.visible_to(by), pk=pk)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _member_page(request, pk, key_form=form)
    if not subject.is_active:
        raise Refusal("The account is closed, so a key would open nothing. None was made. Open the account first.")
    name = form.cleaned_data["name"]
    if ApiToken.objects.filter(member=subject, name=name, revoked_at__isnull=True).exists():
        # The page with the key came from a POST: loading it again would leave a second key that nobody has copied.
        form.add_error(
            "name", "There is a key of this name, so no second one was made. Revoke it, or choose another name."
        )
        return _member_page(request, pk, key_form=form)
    _token, key = setup.make_token(subject, name, by, at=timezone.now())
    return _member_page(request, pk, new_key=key)


@login_required
@require_POST
def key_revoke(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """The key opens nothing from now on."""
    by = administrator(request)
    token = get_object_or_404(ApiToken.objects.visible_to(by).filter(member_id=pk), pk=key)
    setup.revoke_token(token, by, at=timezone.now())
    messages.success(request, f"The key “{token.name}” opens nothing any more.")
    return redirect("member", pk)
