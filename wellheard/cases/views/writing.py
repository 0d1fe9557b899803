"""Writing down a new case, and the promises that cases run on."""

from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wellheard.cases.actions import open_case, set_promise
from wellheard.cases.forms import NewCaseForm, PromiseForm
from wellheard.cases.hearing import case_of
from wellheard.cases.models import ClockRule, Kind
from wellheard.cases.promises import DEFAULT
from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models.members import Member
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.forms import refuse
from wellheard.customers.models import Account, Person
from wellheard.feedback.models import Statement


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down what a customer said; from a statement (`?statement=12`), an account or a person, or from nothing."""
    member = member_of(request)
    only_those_who(member, "cases.open_case", seeing="cases.see_case")
    statement = _chosen(request, "statement", Statement.objects.visible_to(member))
    if statement is not None and (known := case_of(statement)) is not None:
        messages.info(request, f"What they said is {known.reference} already.")
        return HttpResponseRedirect(known.get_absolute_url())
    form = NewCaseForm(request.POST or None, member=member, initial=_initial(request, member, statement))
    if statement is not None:
        # Both are known, and are not to be told otherwise.
        for name in ("words", "channel"):
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(by=member, at=timezone.now(), origin=statement, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"It is {case.reference}. {case.owner.name} looks after it.")
            return HttpResponseRedirect(case.get_absolute_url())
    status = 422 if request.method == "POST" else 200
    return render(request, "cases/new.html", {"form": form, "statement": statement}, status=status)


def _initial(request: HttpRequest, member: Member, statement: Statement | None) -> dict[str, Any]:
    initial = NewCaseForm.beginning(member, timezone.now())
    account = _chosen(request, "account", Account.objects.visible_to(member))
    person = _chosen(request, "person", Person.objects.visible_to(member).select_related("account"))
    if statement is not None:
        person, account = statement.person, statement.account
        initial |= {
            "received_at": timezone.localtime(statement.heard_at),
            "site": statement.site_id,
            "language": statement.language or "en",
        }
    if person is not None:
        account = account or person.account
        initial |= {"contact_name": person.name, "contact_email": person.email or "", "contact_phone": person.phone}
        initial["language"] = person.language or initial.get("language", "en")
    if account is not None:
        initial |= {"account": account, "site": initial.get("site") or account.site_id}
    return {key: value for key, value in initial.items() if value is not None}


def _chosen(request: HttpRequest, name: str, rows: Any) -> Any:
    number = request.GET.get(name, "")
    return rows.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 19 else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promises(request: HttpRequest) -> HttpResponse:
    """How soon we promise to acknowledge and to answer: what holds, what held, what will hold."""
    member = member_of(request)
    only_those_who(member, "cases.see_clockrule", seeing="cases.see_case")
    may_set = may_offer(member, "cases.set_promise")
    if request.method == "POST":
        access.require(member, "cases.set_promise")
    form = PromiseForm(request.POST or None, member=member, initial=_preset())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            set_promise(
                said["source"],
                member,
                at=timezone.now(),
                acknowledge=(said["acknowledge_amount"], said["acknowledge_unit"]),
                answer=(said["answer_amount"], said["answer_unit"]),
                valid_from=said["valid_from"],
                kind=said["kind_of_case"],
                site=said["site"],
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Promised. Cases that came in before keep what was promised then.")
            return HttpResponseRedirect(reverse("cases:promises"))
    context = {"form": form, "may_set": may_set, "groups": _groups(timezone.localdate()), "preset": DEFAULT}
    return render(request, "cases/promises.html", context, status=422 if request.method == "POST" else 200)


def _preset() -> dict[str, Any]:
    return {
        "acknowledge_amount": DEFAULT.acknowledge.amount,
        "acknowledge_unit": DEFAULT.acknowledge.unit,
        "answer_amount": DEFAULT.answer.amount,
        "answer_unit": DEFAULT.answer.unit,
        "valid_from": timezone.localdate(),
    }


def _groups(today: date) -> list[dict[str, Any]]:
    """The promises by what they are for; in each the latest first, with what holds today."""
    rules = ClockRule.objects.select_related("site").order_by("site__name", "kind_of_case", "-valid_from", "-pk")
    groups = []
    for _where, rows in groupby(rules, key=lambda rule: (rule.site_id, rule.kind_of_case)):
        lines: list[dict[str, Any]] = []
        holds = False
        for rule in rows:
            state = "from then on" if rule.valid_from > today else "held until the next" if holds else "holds"
            holds = holds or rule.valid_from <= today
            lines.append({"rule": rule, "state": state, "holds": state == "holds"})
        first: ClockRule = lines[0]["rule"]
        kind = f"{Kind(first.kind_of_case).label}s" if first.kind_of_case else "everything"
        title = f"For {kind}, {first.site.name if first.site else 'every site'}"
        groups.append({"title": title, "lines": lines})
    return groups
