"""Listening rules as sentences, and the form that shows what a rule would have caught before it is saved."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.lists import how_many
from wellheard.core.models import Member
from wellheard.core.templatetags.words import count, plural_words
from wellheard.core.views import may_offer, member_of, only_those_who
from wellheard.customers.forms import refuse
from wellheard.feedback.actions import add_rule, change_rule
from wellheard.feedback.conditions import PREVIEW_DAYS, conditions_of, would_have_caught
from wellheard.feedback.forms import RuleForm
from wellheard.feedback.models import ListeningRule
from wellheard.feedback.rules import rule_sentence, sentence_for

FIRST_RULE: dict[str, Any] = {
    "name": "Unhappy, and says why",
    "is_on": True,
    "scale": "nps",
    "at_most": 6,
    "has_words": True,
    "reactions": ["alert_owner"],
    "promised_hours": 4,
}


@login_required
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule as its sentence, with how often it reacted."""
    member = member_of(request)
    only_those_who(member, "feedback.see_listeningrule")
    since = timezone.now() - timedelta(days=PREVIEW_DAYS)
    visible = ListeningRule.objects.visible_to(member).select_related("site").order_by("position", "pk")
    rows = list(visible.annotate(reacted=Count("firings", filter=Q(firings__fired_at__gt=since))))
    shown = [
        {
            "title": rule_sentence(rule),
            "url": rule.get_absolute_url(),
            "note": f"{rule.name} · reacted {plural_words(rule.reacted, 'time,times')} in the last {PREVIEW_DAYS} days",
            "state": "" if rule.is_on else "switched off",
            "tone": "",
        }
        for rule in rows
    ]
    on = sum(rule.is_on for rule in rows)
    return render(
        request,
        "feedback/rules.html",
        {
            "rules": shown,
            "heading": how_many(on, "rule listens", "rules listen"),
            "may_add": may_offer(member, "feedback.add_rule"),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule: its sentence, what it would have caught, and the form to change it."""
    member = member_of(request)
    found = get_object_or_404(ListeningRule.objects.visible_to(member).select_related("site", "owner"), pk=pk)
    return _form_page(request, member, found)


@login_required
@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    member = member_of(request)
    only_those_who(member, "feedback.add_rule", seeing="feedback.see_listeningrule")
    return _form_page(request, member, None)


def _form_page(request: HttpRequest, member: Member, found: ListeningRule | None) -> HttpResponse:
    initial = RuleForm.from_rule(found) if found else _suggested()
    form = RuleForm(request.POST or None, member=member, watched=found is not None, initial=initial)
    preview: dict[str, Any] | None = _of_rule(found) if found else None
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                preview = _of_form(form)
            else:
                saved = _save(form, member, found)
                messages.success(request, f"Saved. {rule_sentence(saved)}")
                return HttpResponseRedirect(reverse("feedback:rules"))
        except NotAllowed:
            raise
        except Refusal as refusal:
            refuse(form, refusal)
    permission = "feedback.change_rule" if found else "feedback.add_rule"
    return render(
        request,
        "feedback/rule.html",
        {"form": form, "rule": found, "preview": preview, "may_change": may_offer(member, permission, found)},
    )


def _suggested() -> dict[str, Any]:
    """What a new rule begins with. The first of a house is the one that its empty page teaches."""
    if ListeningRule.objects.exists():
        return {"is_on": True, "reactions": ["alert_owner"]}
    return FIRST_RULE


def _save(form: RuleForm, member: Member, found: ListeningRule | None) -> ListeningRule:
    values = form.cleaned_data
    details = {
        "conditions": form.conditions(),
        "reactions": values["reactions"],
        "promised_minutes": form.promised_minutes(),
        "owner": values["owner"],
        "site": values["site"],
        "is_on": values["is_on"],
    }
    if found is None:
        return add_rule(values["name"], member, at=timezone.now(), **details)
    return change_rule(found, member, at=timezone.now(), name=values["name"], **details)


def _of_rule(found: ListeningRule) -> dict[str, Any]:
    return _caught(rule_sentence(found), would_have_caught(conditions_of(found), found.site_id, until=timezone.now()))


def _of_form(form: RuleForm) -> dict[str, Any]:
    values = form.cleaned_data
    site = values["site"]
    words = sentence_for(
        form.conditions(),
        values["reactions"],
        site=site.name if site else "",
        promised_minutes=form.promised_minutes(),
    )
    caught = would_have_caught(form.conditions(), site.pk if site else None, until=timezone.now())
    return _caught(words, caught)


def _caught(sentence: str, caught: tuple[int, int]) -> dict[str, Any]:
    """What the page says above the form."""
    hits, everything = caught
    return {
        "sentence": sentence,
        "words": f"In the last {PREVIEW_DAYS} days this would have caught {count(hits)} of "
        f"{count(everything)} {'statement' if everything == 1 else 'statements'}.",
    }
