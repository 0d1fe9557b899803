"""Looking for the cause: the problem, and why after why as a tree that can be read both ways."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wellheard.core import access
from wellheard.core.models import Member
from wellheard.core.thread import thread_of
from wellheard.core.views import member_of
from wellheard.improvement.actions import add_why, find_cause, open_analysis, reopen_analysis, revise_why
from wellheard.improvement.forms import AnalysisForm, CauseForm, ReasonForm, ReviseWhyForm, WhyForm
from wellheard.improvement.models import CauseAnalysis, Why
from wellheard.improvement.views.shared import NOT_RIGHT_YET, analysis_of, tried
from wellheard.measures.scopes import sites_where


@dataclass
class Node:
    """A why with what explains it, and the form to ask on."""

    why: Why
    form: WhyForm | None
    becauses: "list[Node]" = field(default_factory=list)
    is_open: bool = False


@dataclass(frozen=True)
class Side:
    """One of the two questions, with its answers."""

    key: str
    question: str
    nodes: list[Node]
    form: WhyForm | None
    is_open: bool


@dataclass(frozen=True)
class Chain:
    """A root cause read upwards: each step leads to the next, therefore to the problem."""

    steps: list[str]
    is_checked: bool


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin to look for a cause."""
    member = member_of(request)
    access.require(member, "improvement.open_analysis")
    sites = sites_where(member, "improvement.open_analysis")
    form = AnalysisForm(request.POST or None, member=member, sites=sites)
    if form.is_valid():
        made = tried(form, lambda: open_analysis(by=member, at=timezone.now(), **form.cleaned_data))
        if made is not None:
            messages.success(request, f"{made.reference} is open. Ask the first why.")
            return redirect(made)
    return render(
        request, "improvement/new_analysis.html", {"form": form}, status=NOT_RIGHT_YET if form.is_bound else 200
    )


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The problem, its whys on both sides, and the cause once it is found."""
    return _page(request, analysis_of(request, pk))


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a why, of the problem or of an earlier answer."""
    analysis, member = analysis_of(request, pk), member_of(request)
    form = WhyForm(request.POST, analysis=analysis)
    if form.is_valid():
        values = form.cleaned_data | {"side": form.cleaned_data["side"] or Why.Side.OCCURRED}
        why = tried(form, lambda: add_why(analysis, by=member, at=timezone.now(), **values))
        if why is not None:
            messages.success(request, "Saved. Ask why again, or mark it as a root cause.")
            return redirect(why)
    return _page(request, analysis_of(request, pk), typed=form)


@login_required
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Word an answer better, add its evidence, or mark it as the root."""
    member = member_of(request)
    why = get_object_or_404(Why.objects.visible_to(member).select_related("analysis", "parent"), pk=pk)
    names = ("text", "evidence", "therefore_holds", "is_root")
    form = ReviseWhyForm(request.POST or None, initial={name: getattr(why, name) for name in names})
    if (
        form.is_valid()
        and tried(form, lambda: revise_why(why, member, at=timezone.now(), **form.cleaned_data)) is not None
    ):
        messages.success(request, "Saved.")
        return redirect(why)
    context = {"why": why, "analysis": why.analysis, "form": form, "explains": why.parent or why.analysis.title}
    return render(request, "improvement/why_form.html", context, status=NOT_RIGHT_YET if form.is_bound else 200)


@login_required
@require_POST
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """Say the cause."""
    analysis, member = analysis_of(request, pk), member_of(request)
    form = CauseForm(request.POST)
    if form.is_valid():
        cause = form.cleaned_data["cause"]
        if tried(form, lambda: find_cause(analysis, cause, member, at=timezone.now())) is not None:
            messages.success(request, "The cause is found. Propose an action that removes it.")
            return redirect(analysis)
    return _page(request, analysis_of(request, pk), cause_form=form)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for the cause again."""
    analysis, member = analysis_of(request, pk), member_of(request)
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, lambda: reopen_analysis(analysis, reason, member, at=timezone.now())) is not None:
            messages.success(request, f"{analysis.reference} is open again; the answers so far are still there.")
            return redirect(analysis)
    return _page(request, analysis_of(request, pk), reason_form=form)


def _page(
    request: HttpRequest,
    analysis: CauseAnalysis,
    *,
    typed: WhyForm | None = None,
    cause_form: CauseForm | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    member = member_of(request)
    may_work = not analysis.is_found and access.may(member, "improvement.add_why", analysis)
    whys = list(analysis.whys.order_by("pk"))
    sides = [_side(key, str(question), whys, analysis, typed, may_work=may_work) for key, question in Why.Side.choices]
    roots = [why for why in whys if why.is_root]
    context: dict[str, Any] = {
        "analysis": analysis,
        "thread": thread_of(analysis, member, here="cause"),
        "sides": sides,
        "chains": [_upwards(root, whys, analysis) for root in roots],
        "has_root": any(root.side == Why.Side.OCCURRED for root in roots),
        "may_find": may_work and access.may(member, "improvement.find_cause", analysis),
        "may_reopen": analysis.is_found and access.may(member, "improvement.reopen_analysis", analysis),
        "may_open_action": analysis.is_found and access.may(member, "improvement.open_action"),
        "cause_form": cause_form or CauseForm(),
        "reason_form": reason_form or ReasonForm(),
        "is_reopening": reason_form is not None,
        "facts": _facts(analysis, member),
        "following": list(analysis.corrective_actions.visible_to(member).order_by("pk")),
    }
    was_refused = typed is not None or cause_form is not None or reason_form is not None
    return render(request, "improvement/analysis.html", context, status=NOT_RIGHT_YET if was_refused else 200)


def _side(
    key: str, question: str, whys: list[Why], analysis: CauseAnalysis, typed: WhyForm | None, *, may_work: bool
) -> Side:
    def form_for(parent: Why | None) -> WhyForm | None:
        if not may_work:
            return None
        if (
            typed is not None
            and typed.data.get("parent", "") == (str(parent.pk) if parent else "")
            and (parent is not None or typed.data.get("side") == key)
        ):
            return typed
        initial = {"parent": parent.pk if parent else "", "side": key}
        return WhyForm(analysis=analysis, initial=initial, auto_id=f"id_{key}_{parent.pk if parent else 0}_%s")

    def node(why: Why) -> Node:
        form = form_for(why)
        return Node(
            why, form, [node(each) for each in whys if each.parent_id == why.pk], typed is not None and form is typed
        )

    form = form_for(None)
    nodes = [node(why) for why in whys if why.side == key and why.parent_id is None]
    return Side(key, question, nodes, form, (typed is not None and form is typed) or not nodes)


def _upwards(root: Why, whys: list[Why], analysis: CauseAnalysis) -> Chain:
    by_pk = {why.pk: why for why in whys}
    steps, checked, why = [], True, root
    while True:
        steps.append(why.text)
        checked = checked and why.therefore_holds
        if why.parent_id is None:
            return Chain([*steps, analysis.title], checked)
        why = by_pk[why.parent_id]


def _facts(analysis: CauseAnalysis, member: Member) -> list[dict[str, str]]:
    owner = f"{analysis.owner.name} (you)" if analysis.owner_id == member.pk else analysis.owner.name
    return [
        {"label": "Looks for it", "value": owner},
        {"label": "Site", "value": analysis.site.name if analysis.site else "every site"},
    ]
