"""Looking for the cause."""

from datetime import datetime

from django.db.models import Model

from wellheard.core.action import action, detail
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import link
from wellheard.core.models import Member, Site
from wellheard.core.references import next_reference
from wellheard.core.tasks import end_tasks_about, open_task
from wellheard.improvement.actions.shared import owner_or, said, site_of
from wellheard.improvement.blame import blames
from wellheard.improvement.flow import ANALYSIS_FLOW
from wellheard.improvement.models import CauseAnalysis, Why


@action("improvement.open_analysis")
def open_analysis(
    title: str,
    problem: str,
    by: Actor,
    *,
    at: datetime,
    origin: Model | None = None,
    site: Site | None = None,
    owner: Member | None = None,
) -> CauseAnalysis:
    """Begin to look for the cause of a problem; `origin` is the record that showed it."""
    analysis = CauseAnalysis(
        reference=next_reference("RCA", at),
        title=said(title, field="title", refusal="The analysis has no title, so it was not opened. Name the problem.")[
            :200
        ],
        problem=said(
            problem, field="problem", refusal="It isn't said what is wrong, so nothing was opened. Describe it."
        ),
        site=site_of(origin, site),
        owner=owner_or(by, owner),
        opened_at=at,
    )
    analysis.save()
    if origin is not None:
        link(origin, analysis, "analysed", by, at=at)
    _ask_for_the_cause(analysis, by, at)
    return analysis


@action("improvement.add_why")
def add_why(
    analysis: CauseAnalysis,
    text: str,
    by: Actor,
    *,
    at: datetime,
    side: str = Why.Side.OCCURRED,
    parent: Why | None = None,
    evidence: str = "",
    therefore_holds: bool = False,
    is_root: bool = False,
) -> Why:
    """Answer “why?”: of the problem itself, or of the answer `parent`, whose side it then takes."""
    _must_be_open(analysis)
    if parent is not None and parent.analysis_id != analysis.pk:
        raise Refusal(
            "That answer belongs to another analysis. Nothing was saved; choose one on this page.", field="parent"
        )
    why = Why(analysis=analysis, parent=parent, side=parent.side if parent is not None else side)
    _say(why, text, evidence, therefore_holds=therefore_holds, is_root=is_root)
    return why


@action("improvement.revise_why")
def revise_why(
    why: Why,
    by: Actor,
    *,
    at: datetime,
    text: str | None = None,
    evidence: str | None = None,
    therefore_holds: bool | None = None,
    is_root: bool | None = None,
) -> Why:
    """Word an answer better, say how we know, check it upwards, or mark it as a cause that we can change."""
    _must_be_open(why.analysis)
    _say(
        why,
        why.text if text is None else text,
        why.evidence if evidence is None else evidence,
        therefore_holds=why.therefore_holds if therefore_holds is None else therefore_holds,
        is_root=why.is_root if is_root is None else is_root,
    )
    return why


@action("improvement.find_cause")
def find_cause(analysis: CauseAnalysis, cause: str, by: Actor, *, at: datetime) -> CauseAnalysis:
    """The cause is found: one sentence that says it. There must be a root for why it happened, with its evidence."""
    sentence = said(
        cause, field="cause", refusal="The cause isn't said yet. Nothing was changed; say it in one sentence."
    )
    roots = [why for why in analysis.whys.all() if why.is_root]
    if not any(root.side == Why.Side.OCCURRED and root.evidence.strip() for root in roots):
        raise Refusal(
            "No answer to “Why did it happen?” is marked as a root cause with its evidence yet, so the cause is still open. "
            "Mark the last answer that we can change, and say how we know.",
            field="cause",
        )
    for text in (sentence, *(root.text for root in roots)):
        _must_not_blame(text, "cause")
    ANALYSIS_FLOW.take(analysis, "find_cause")
    analysis.cause, analysis.found_at = sentence[:300], at
    analysis.save()
    end_tasks_about(analysis, by, at=at)
    return analysis


@action("improvement.reopen_analysis")
def reopen_analysis(analysis: CauseAnalysis, reason: str, by: Actor, *, at: datetime) -> CauseAnalysis:
    """Look for the cause again, because what followed from it did not help. The answers so far stay."""
    why = said(
        reason, field="reason", refusal="It isn't said why the cause is looked for again. Nothing was changed; say why."
    )
    ANALYSIS_FLOW.take(analysis, "reopen_analysis")
    analysis.found_at = None
    analysis.save()
    detail(reason=why)
    end_tasks_about(analysis, by, at=at)
    _ask_for_the_cause(analysis, by, at)
    return analysis


def _ask_for_the_cause(analysis: CauseAnalysis, by: Actor, at: datetime) -> None:
    open_task(
        analysis.owner,
        f"Find the cause: {analysis.title}",
        by,
        at=at,
        about=analysis,
        verb="find_cause",
        note="Ask why until the answer is something that we can change.",
        button="Look for the cause",
        url=analysis.get_absolute_url(),
        site_id=analysis.site_id,
    )


def _say(why: Why, text: str, evidence: str, *, therefore_holds: bool, is_root: bool) -> None:
    why.text = said(text, field="text", refusal="The answer is empty, so nothing was saved. Say why.")[:300]
    why.evidence, why.therefore_holds, why.is_root = evidence.strip(), therefore_holds, is_root
    if is_root:
        _must_not_blame(why.text, "text")
        if not why.evidence:
            raise Refusal(
                "A root cause needs its evidence, so nothing was saved. Say how we know: what was seen, measured or tried.",
                field="evidence",
            )
    why.save()


def _must_be_open(analysis: CauseAnalysis) -> None:
    if analysis.is_found:
        raise Refusal(
            f"The cause of {analysis.reference} is found, so its answers stay as they are. Reopen the analysis to go on.",
            code="wrong_status",
        )


def _must_not_blame(text: str, field: str) -> None:
    names = Member.objects.get_queryset().values_list("name", flat=True)
    if (found := blames(text, names)) is not None:
        raise Refusal(
            f"“{found}” names a person or what a person did, and that is not a root cause, so nothing was saved. Keep it as a "
            "step and ask once more: what in the process, the tools, the instructions or the time made it easy to go wrong, "
            "and why did nothing stop it?",
            field=field,
        )
