"""Pages about one buyer: why we are warned, what was heard before they left, and who an unknown one is."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.links import may_see
from wellheard.core.models import Member, Task
from wellheard.core.tasks import open_task
from wellheard.core.templatetags.words import counted
from wellheard.core.views import may_offer, member_of
from wellheard.customers.actions import add_account, set_lifecycle
from wellheard.customers.actions.buying import dismiss_warning, match_orders
from wellheard.customers.buying.money import money
from wellheard.customers.buying.story import orders_url
from wellheard.customers.buying.warnings import AT_RISK_FROM, LOST_AFTER, WARNS_FROM, lost_after
from wellheard.customers.forms.buying import DismissForm, StandingForm, TaskForm
from wellheard.customers.forms.refusals import RefusalsAt
from wellheard.customers.models import Account, Buyer, Lifecycle, Order, Person, WarningDismissal
from wellheard.customers.timeline import Mark, timeline_of
from wellheard.customers.words import is_id

FOUND_SHOWN = 10
SIGNALS_SHOWN = 30
VERB = "win_back"


def buyer_of(member: Member, pk: int) -> Buyer:
    """A buyer whom this member may see; 404 for others."""
    rows = Buyer.objects.visible_to(member)
    found = get_object_or_404(rows.select_related("account__owner", "person__owner", "account__site"), pk=pk)
    # Figures of who was merged away wait for the next look; their page is that of the one who stands for them.
    if found.customer is not None and (found.customer.erased_at or not may_see(member, found.customer)):
        raise Http404
    return found


def customer_of(buyer: Buyer) -> Account | Person:
    """The record behind it; 404 for one whom nobody knows."""
    if buyer.customer is None:
        raise Http404
    return buyer.customer


@login_required
@require_http_methods(["GET", "POST"])
def warning(request: HttpRequest, pk: int) -> HttpResponse:
    """Why we are warned of this customer, and what can be done: a task, another standing, or a false alarm."""
    member = member_of(request)
    buyer = buyer_of(member, pk)
    customer = customer_of(buyer)
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    posted = request.POST if doing else None
    forms: dict[str, Form] = {
        "task": TaskForm(posted if doing == "task" else None, initial=_task_initial(buyer), prefix="task"),
        "dismiss": DismissForm(posted if doing == "dismiss" else None, prefix="dismiss"),
        "standing": StandingForm(
            posted if doing == "standing" else None, initial=_standing_initial(buyer), prefix="standing"
        ),
    }
    if doing in forms and forms[doing].is_valid():
        with RefusalsAt(forms[doing]):
            words = _DO[doing](buyer, customer, member, forms[doing].cleaned_data, timezone.now())
            messages.success(request, words)
            return HttpResponseRedirect(reverse("customers:buying-warnings"))
    return render(
        request,
        "customers/buying_warning.html",
        _warning_context(buyer, customer, member) | {"forms": forms},
        status=422 if doing else 200,
    )


def _warning_context(buyer: Buyer, customer: Account | Person, member: Member) -> dict[str, Any]:
    today = timezone.localdate()
    name = "account" if isinstance(customer, Account) else "person"
    earlier = WarningDismissal.objects.visible_to(member).filter(**{name: customer}).order_by("-noted_at", "-pk")[:5]
    tasks = Task.objects.filter(about_kind=customer.kind, about_id=customer.pk, verb=VERB, status=Task.Status.OPEN)
    may_write = not member.is_read_only
    return {
        "buyer": buyer,
        "customer": customer,
        "points_words": counted(buyer.warning, "point,points"),
        "sum_words": " + ".join(str(each["points"]) for each in buyer.reasons),
        "figures": [
            {"label": "In the last 12 months", "value": money(buyer.amount_12, buyer.currency)},
            {"label": "In the 12 before", "value": money(buyer.amount_before, buyer.currency)},
            {"label": "Last order", "value": f"{buyer.last_on:%-d %B %Y}" if buyer.last_on else "none"},
            {"label": "Looked after by", "value": str(customer.owner or "nobody yet")},
            {"label": "Standing", "value": customer.get_lifecycle_display()},
        ],
        "proposal": buyer.get_proposes_display() if buyer.proposes else "",
        "task": tasks.select_related("owner").first(),
        "is_quiet": buyer.is_quiet_on(today),
        "earlier": [
            {
                "title": f"“{each.reason}”, quiet until {each.until:%-d %B %Y}",
                "note": " ".join(each.said),
            }
            for each in earlier
        ],
        "may_task": may_write and access.may(member, "core.open_task"),
        "may_dismiss": may_write and access.may(member, "customers.dismiss_warning"),
        "may_stand": may_write and bool(buyer.proposes) and access.may(member, "customers.set_lifecycle", customer),
        "orders_url": orders_url(customer),
        "warns_from": WARNS_FROM,
        "at_risk_from": AT_RISK_FROM,
        "lost_after": LOST_AFTER,
    }


def _task_initial(buyer: Buyer) -> dict[str, Any]:
    return {
        "title": f"Speak with {buyer}: they may be about to leave"[:200],
        "due_on": timezone.localdate() + timedelta(days=7),
    }


def _standing_initial(buyer: Buyer) -> dict[str, Any]:
    return {"reason": standing_reason(buyer)}


def standing_reason(buyer: Buyer) -> str:
    """Why the figures suggest another standing."""
    if buyer.proposes == Lifecycle.AT_RISK:
        return " ".join(each["words"] for each in buyer.reasons)[:500]
    if buyer.last_on is None:
        return ""
    if buyer.proposes == Lifecycle.WON_BACK:
        return f"Ordered again on {buyer.last_on:%-d %B %Y}."
    gap = f", and usually orders every {round(buyer.usual_gap)} days" if buyer.usual_gap else ""
    return f"Has not ordered since {buyer.last_on:%-d %B %Y}{gap}."


def _open(buyer: Buyer, customer: Account | Person, member: Member, said: dict[str, Any], at: datetime) -> str:
    owner = customer.owner or member
    due = timezone.make_aware(datetime.combine(said["due_on"], time(17)))
    open_task(
        owner,
        said["title"],
        member,
        at=at,
        about=customer,
        verb=VERB,
        due_at=due,
        note=" ".join(each["words"] for each in buyer.reasons),
        button="See why",
        url=reverse("customers:buying-warning-of", args=[buyer.key]),
        site_id=customer.site_id,
    )
    return f"{owner} has a task about {customer}."


def _dismiss(buyer: Buyer, customer: Account | Person, member: Member, said: dict[str, Any], at: datetime) -> str:
    made = dismiss_warning(buyer, said["reason"], said["days"], member, at=at)
    return f"{customer} stays quiet until {made.until:%-d %B %Y}."


def _stand(buyer: Buyer, customer: Account | Person, member: Member, said: dict[str, Any], at: datetime) -> str:
    if not buyer.proposes:
        raise Refusal("The figures suggest no other standing any more. Nothing was saved.")
    # The action takes either; a type variable can't say so of a union.
    set_lifecycle(cast("Account", customer), buyer.proposes, member, at=at, reason=said["reason"])
    Buyer.objects.filter(key=buyer.key).update(proposes="")
    return f"{customer} now stands as {customer.get_lifecycle_display()}."


_DO = {"task": _open, "dismiss": _dismiss, "standing": _stand}


@login_required
@require_GET
def warning_of(request: HttpRequest, key: str) -> HttpResponse:
    """The warning page of a buyer, whichever number its figures have today; their own page when there is no warning left."""
    member = member_of(request)
    found = Buyer.objects.visible_to(member).filter(key=key).order_by("-warning", "-orders", "pk").first()
    if found is None or found.customer is None:
        raise Http404
    if found.warning:
        return HttpResponseRedirect(reverse("customers:buying-warning", args=[found.pk]))
    return HttpResponseRedirect(found.customer.get_absolute_url())


# ---- lost ones -----------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def last_signals(request: HttpRequest, pk: int) -> HttpResponse:
    """What was heard and happened before a customer left."""
    member = member_of(request)
    buyer = buyer_of(member, pk)
    customer = customer_of(buyer)
    if not buyer.is_lost or buyer.last_on is None:
        return HttpResponseRedirect(customer.get_absolute_url())
    posted = request.POST if request.method == "POST" else None
    form = StandingForm(posted, initial=_standing_initial(buyer))
    if posted is not None and form.is_valid():
        with RefusalsAt(form):
            words = _stand(buyer, customer, member, form.cleaned_data, timezone.now())
            messages.success(request, words)
            return HttpResponseRedirect(reverse("customers:buying-lost"))
    left_by = buyer.last_on + timedelta(days=round(lost_after(buyer.usual_gap)))
    window = timeline_of(customer, member, mark=Mark(_end_of(left_by)), most=SIGNALS_SHOWN)
    heard = [item for item in window.items if item.heard]
    return render(
        request,
        "customers/buying_signals.html",
        {
            "buyer": buyer,
            "customer": customer,
            "left_by": left_by,
            "lead": _lost_words(buyer),
            "entries": [
                {
                    "moment": item.at,
                    "actor": item.actor,
                    "text": item.text,
                    "url": item.url,
                    "link": item.link,
                    "heard": item.heard,
                }
                for item in window.items
            ],
            "heard_words": _heard_words(len(heard), buyer),
            "form": form,
            "may_stand": bool(buyer.proposes)
            and not member.is_read_only
            and access.may(member, "customers.set_lifecycle", customer),
            "proposal": buyer.get_proposes_display() if buyer.proposes else "",
        },
        status=422 if posted is not None else 200,
    )


def _end_of(day: date) -> datetime:
    return min(timezone.make_aware(datetime.combine(day, time(23, 59, 59))), timezone.now())


def _lost_words(buyer: Buyer) -> str:
    gap = f" Before, they ordered every {round(buyer.usual_gap)} days." if buyer.usual_gap else ""
    return (
        f"The last order was on {buyer.last_on:%-d %B %Y}, after {counted(buyer.orders, 'order,orders')} for "
        f"{money(buyer.amount, buyer.currency)} in all.{gap}"
    )


def _heard_words(number: int, buyer: Buyer) -> str:
    score = f" The last time we asked, they gave {buyer.last_score} of 10." if buyer.last_score is not None else ""
    if not number:
        return f"Nothing was heard from them before they left.{score}"
    return f"Their own words are marked; there are {number} in these last entries.{score}"


# ---- unknown ones --------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who an unknown customer of a source is: one we know, found by name, or a new one."""
    member = member_of(request)
    buyer = buyer_of(member, pk)
    if buyer.customer is not None:
        return HttpResponseRedirect(buyer.customer.get_absolute_url())
    may_match = may_offer(member, "customers.match_orders")
    error = ""
    if request.method == "POST":
        access.require(member, "customers.match_orders")
        try:
            return _match(request, buyer, member)
        except NotAllowed:
            raise
        except Refusal as refusal:
            error = refusal.sentence
    words = request.GET.get("q", "").strip()[:100]
    orders = Order.objects.visible_to(member).of_buyer(None, None, buyer.source, buyer.customer_key)
    return render(
        request,
        "customers/buying_match.html",
        {
            "buyer": buyer,
            "amount": money(buyer.amount, buyer.currency),
            "words": words,
            "found": _found(member, words or buyer.customer_key),
            "orders": [
                {"title": f"{each.ordered_on:%-d %B %Y}", "note": each.what, "value": money(each.amount, each.currency)}
                for each in orders.order_by("-ordered_on", "-pk")[:5]
            ],
            "may_match": may_match,
            "may_add": may_match and access.may(member, "customers.add_account"),
            "error": error,
        },
        status=422 if error else 200,
    )


def _found(member: Member, words: str) -> list[dict[str, Any]]:
    """Accounts and people of this name, whom they could be."""
    found: list[dict[str, Any]] = []
    for model, what in ((Account, "account"), (Person, "person")):
        rows: Any = model._default_manager.visible_to(member).filter(
            name__icontains=words, merged_into__isnull=True, erased_at__isnull=True
        )
        for each in rows.order_by("name", "pk")[:FOUND_SHOWN]:
            found.append({"name": str(each), "value": f"{what}:{each.pk}", "what": what})
    return found


def _match(request: HttpRequest, buyer: Buyer, member: Member) -> HttpResponse:
    now = timezone.now()
    what, _, number = request.POST.get("who", "").partition(":")
    customer: Account | Person | None = None
    if what == "new":
        customer = add_account(request.POST.get("name", "").strip(), member, at=now, site=buyer.site)
    elif what in ("account", "person") and is_id(number):
        model: Any = Account if what == "account" else Person
        customer = model.objects.visible_to(member).filter(pk=number).first()
    if customer is None:
        raise Refusal("Nobody was chosen. Nothing was saved; choose who it is.")
    matched = match_orders(customer, buyer.source, buyer.customer_key, member, at=now)
    messages.success(request, f"{counted(matched, 'order is,orders are')} now those of {customer}.")
    return HttpResponseRedirect(customer.get_absolute_url())
