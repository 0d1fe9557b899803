"""Webhooks: which programs are told what changed, and whether they take it. For administrators."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.lists import Column, Filter, ListPage, how_many, list_view
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member, Webhook, WebhookDelivery
from wellheard.core.views import member_of
from wellheard.core.webhooks import actions
from wellheard.core.webhooks.announced import every_announced
from wellheard.core.webhooks.deliveries import EVERYTHING

SEE = "core.see_webhook"
JUST_MADE = "the secret of a webhook"
TONES = {"sent": "better", "failed": "worse", "waiting": "wait", "sending": "wait"}


class HookForm(forms.Form):
    """Where to, and of what."""

    name = forms.CharField(max_length=100, help_text="As the program is called: “CRM of sales”.")
    url = forms.CharField(max_length=500, label="Address", help_text="It begins with https://.")
    events = forms.MultipleChoiceField(label="It is told of", widget=forms.CheckboxSelectMultiple)
    is_active = forms.BooleanField(required=False, label="It is told at present", initial=True)

    def __init__(self, *args: object, hook: Webhook | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # An event with a verb was set by a program; the form keeps it.
        known = {value for value, _ in actions.choices()}
        narrow = [(each, each.replace(":", ", only ")) for each in (hook.events if hook else []) if each not in known]
        self.fields["events"].choices = [*actions.choices(), *narrow]  # type: ignore[attr-defined]
        if hook is None:
            del self.fields["is_active"]


def state_of(hook: Webhook) -> str:
    """In words: whether it is told."""
    if not hook.is_active:
        return "off"
    if hook.paused_reason:
        return "stopped"
    return "failing" if hook.failing_since else "told"


def tone_of(hook: Webhook) -> str:
    return {"off": "", "stopped": "worse", "failing": "wait", "told": "better"}[state_of(hook)]


def told_of(hook: Webhook) -> str:
    """`People, orders`."""
    titles = {each.name: each.title for each in every_announced()}
    if EVERYTHING in hook.events:
        return "everything"
    return ", ".join(titles.get(event, event.replace(":", ", only ")).lower() for event in hook.events)


def _of_state(rows: Rows, value: str) -> Rows:
    if value == "off":
        return rows.filter(is_active=False)
    rows = rows.filter(is_active=True)
    if value == "stopped":
        return rows.exclude(paused_reason="")
    return rows.filter(paused_reason="", failing_since__isnull=value == "told")


HOOKS = ListPage(
    key="web.hooks",
    title=lambda count: how_many(count, "program is told", "programs are told"),
    rows=lambda member: Webhook.objects.visible_to(member).select_related("owner"),
    columns=(
        Column("name", "Program", lambda h: h.name, url=Webhook.get_absolute_url, sort="name", note=lambda h: h.url),
        Column("events", "Told of", told_of),
        Column("owner", "Looked after by", lambda h: h.owner, sort="owner__name"),
        Column("state", "At present", state_of, kind="state", tone=tone_of),
    ),
    filters=(
        Filter(
            "state",
            "At present",
            lambda _: [("told", "told"), ("failing", "failing"), ("stopped", "stopped"), ("off", "off")],
            _of_state,
        ),
    ),
    search=("name", "url"),
    default_sort="name",
    lead="When something changes, other programs are told at once: which record and what happened to it, nothing personal. "
    "They ask the API for the rest.",
    teach={
        "title": "No program is told yet",
        "why": "A webhook tells another program, a CRM for example, whenever a customer, a segment or a consent changes. "
        "Each message is signed, and sent again until it is taken.",
        "button": "Add a webhook",
        "url": "hook-new",
        "permission": "core.add_webhook",
    },
    actions=(("Add a webhook", "hook-new", "core.add_webhook"),),
    permission=SEE,
)
hooks = list_view(HOOKS)


def _administrator(request: HttpRequest) -> Member:
    member = member_of(request)
    if not access.may(member, SEE):
        raise Http404
    return member


def _hook_of(request: HttpRequest, pk: int) -> tuple[Member, Webhook]:
    member = _administrator(request)
    return member, get_object_or_404(Webhook.objects.visible_to(member).select_related("owner"), pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hook_new(request: HttpRequest) -> HttpResponse:
    """Have another program told; its secret is shown once, on the next page."""
    by = _administrator(request)
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_webhook(by=by, at=timezone.now(), **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            request.session[JUST_MADE] = made.pk
            messages.success(request, f"{made.name} is told from now on.")
            return redirect(made.get_absolute_url())
    return render(request, "web/hook_form.html", {"form": form, "hook": None})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook: whether it takes what it is told, and the newest messages."""
    _, found = _hook_of(request, pk)
    is_new = request.session.get(JUST_MADE) == found.pk
    if is_new and request.method == "GET":
        del request.session[JUST_MADE]
    deliveries = actions.deliveries_of(found)
    waiting = WebhookDelivery.objects.filter(webhook=found, status__in=("waiting", "sending")).count()
    context = {
        "hook": found,
        "state": state_of(found),
        "tone": tone_of(found),
        "told_of": told_of(found),
        "secret": found.secret if is_new else "",
        "waiting": waiting,
        "deliveries": [_row(each) for each in deliveries],
        "columns": [{"label": "What changed"}, {"label": "When"}, {"label": "What came of it"}, {"label": ""}],
    }
    return render(request, "web/hook.html", context)


def _row(each: WebhookDelivery) -> dict[str, object]:
    answer = f"answered {each.response_code}" if each.response_code else each.last_fault
    return {
        "delivery": each,
        "title": f"{each.subject_kind} {each.subject_id if each.subject_id is not None else ''} {each.verb}",
        "state": each.get_status_display(),
        "tone": TONES[each.status],
        "note": ", ".join(part for part in (answer, f"{each.tries} tries" if each.tries > 1 else "") if part),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hook_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change where it goes, and of what it tells."""
    by, found = _hook_of(request, pk)
    initial = {name: getattr(found, name) for name in ("name", "url", "events", "is_active")}
    form = HookForm(request.POST or None, hook=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_webhook(found, by, at=timezone.now(), **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect(found.get_absolute_url())
    return render(request, "web/hook_form.html", {"form": form, "hook": found})


@login_required
@require_POST
def hook_do(request: HttpRequest, pk: int) -> HttpResponse:
    """Try it, let it go on, give it a new secret, or remove it."""
    by, found = _hook_of(request, pk)
    at, wish = timezone.now(), request.POST.get("do", "")
    if wish == "test":
        actions.send_test(found, by, at=at)
        messages.success(request, "A test message is on its way. Load this page again in a moment.")
    elif wish == "resume":
        actions.resume_webhook(found, by, at=at)
        messages.success(request, f"{found.name} is told again, also of what it missed.")
    elif wish == "secret":
        actions.renew_secret(found, by, at=at)
        request.session[JUST_MADE] = found.pk
        messages.success(request, "Messages are signed with the new secret from now on.")
    elif wish == "remove":
        actions.remove_webhook(found, by, at=at)
        messages.success(request, f"{found.name} is told nothing any more.")
        return redirect(reverse("hooks"))
    return redirect(found.get_absolute_url())


@login_required
@require_POST
def hook_send_again(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send one message once more."""
    by, found = _hook_of(request, pk)
    actions.send_again(found, delivery, by, at=timezone.now())
    messages.success(request, "It is sent again, under the same id.")
    return redirect(found.get_absolute_url())
