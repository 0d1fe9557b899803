"""The organisation's own fields: what there is, one more, and those no longer used."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.actions import change_field, define_field, retire_field, use_field_again
from wellheard.customers.forms import FieldForm, refuse
from wellheard.customers.models import CustomField


@login_required
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """Every field of our own, on accounts and on people."""
    member = member_of(request)
    only_those_who(member, "customers.see_customfield")
    rows = list(CustomField.objects.visible_to(member).order_by("position", "pk"))
    used = [each for each in rows if each.retired_at is None]
    groups = [
        {"title": title, "rows": [_row(each) for each in used if each.about == about]}
        for about, title in (("account", "On accounts"), ("person", "On people"))
    ]
    context = {
        "groups": groups,
        "any": bool(rows),
        "retired": [_row(each) for each in rows if each.retired_at is not None],
        "may_change": _may(member),
    }
    return render(request, "customers/fields.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest) -> HttpResponse:
    """One more field."""
    member = member_of(request)
    only_those_who(member, "customers.define_field", seeing="customers.see_customfield")
    form = FieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = define_field(by=member, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"“{made.name}” stands on the forms from now on.")
            return HttpResponseRedirect(reverse("customers:fields"))
    return render(request, "customers/field_form.html", {"form": form, "field": None})


@login_required
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a field's name, choices, help or place; stop using it, or use it again."""
    member = member_of(request)
    found = get_object_or_404(CustomField.objects.visible_to(member), pk=pk)
    access.require(member, "customers.change_field", found)
    form = FieldForm(request.POST or None, field=found)
    if "retire" in request.POST or "again" in request.POST:
        at = timezone.now()
        retire_field(found, member, at=at) if "retire" in request.POST else use_field_again(found, member, at=at)
        words = "is no longer asked for; what was written there stays" if found.retired_at else "is asked for again"
        messages.success(request, f"“{found.name}” {words}.")
        return HttpResponseRedirect(reverse("customers:fields"))
    if request.method == "POST" and form.is_valid():
        try:
            change_field(found, member, at=timezone.now(), **_given(form, found))
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"“{found.name}” is saved.")
            return HttpResponseRedirect(reverse("customers:fields"))
    return render(request, "customers/field_form.html", {"form": form, "field": found})


def _given(form: FieldForm, found: CustomField) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    if values["position"] is None:
        values["position"] = found.position
    return values


def _may(member: Member) -> bool:
    return may_offer(member, "customers.define_field")


def _row(each: CustomField) -> dict[str, str]:
    kind = CustomField.Value(each.value_type).label
    choices = f": {', '.join(each.choices)}" if each.choices else ""
    return {
        "name": each.name,
        "url": reverse("customers:field", args=[each.pk]),
        "what": f"{kind}{choices}",
        "key": each.key,
    }
