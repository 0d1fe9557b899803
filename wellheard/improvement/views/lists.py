"""The lists of actions and of analyses."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.models import Member
from wellheard.core.search import holding
from wellheard.improvement.flow import ActionStatus, AnalysisStatus
from wellheard.improvement.models import CauseAnalysis, CorrectiveAction, EffectivenessPlan
from wellheard.improvement.models.verdict import TONES, WORDS

OPEN = "open"
STATUS_CHOICES = [(OPEN, "not closed"), *((str(value), str(label)) for value, label in ActionStatus.choices)]


def outcome(action: Any) -> str:
    """“It worked”, “to be signed”; empty while nothing is judged."""
    if action.status not in (ActionStatus.JUDGED, ActionStatus.CLOSED) or not action.computed_word:
        return ""
    words = WORDS[action.signed_word or action.computed_word].rstrip(".")
    return words if action.signed_word else f"{words}, to be signed"


def outcome_tone(action: Any) -> str:
    word = action.signed_word or action.computed_word
    return (
        {"better": "better", "worse": "worse", "wait": "wait"}.get(TONES.get(word, ""), "") if outcome(action) else ""
    )


def narrow_status(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.exclude(status=ActionStatus.CLOSED) if value == OPEN else rows.filter(status=value)


def narrow_role(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """“owner:12” or “verifier:12”; both only for the member who asks, see `own_choices`."""
    role, _, pk = value.partition(":")
    if role == "owner":
        return rows.filter(owner_id=pk)
    verified = EffectivenessPlan.objects.filter(action=OuterRef("pk"), verifier_id=int(pk))
    return rows.filter(Exists(verified))


def own_choices(member: Member) -> list[tuple[str, str]]:
    return [(f"owner:{member.pk}", "that I own"), (f"verifier:{member.pk}", "that I verify")]


ACTIONS = ListPage(
    key="improvement.actions",
    title=lambda count: how_many(count, "corrective action", "corrective actions"),
    rows=lambda member: CorrectiveAction.objects.visible_to(member).with_outcome(),
    columns=(
        Column(
            "title",
            "Action",
            lambda action: action.title,
            url=lambda action: action.get_absolute_url(),
            sort="title",
            note=lambda action: action.reference,
        ),
        Column("status", "Where it stands", lambda action: action.get_status_display(), kind="state", sort="status"),
        Column("verdict", "Verdict", outcome, kind="state", tone=outcome_tone),
        Column("owner", "Owner", lambda action: action.owner.name, sort="owner__name"),
        Column("verifier", "Verifier", lambda action: action.verifier or "", sort="verifier"),
        Column("due", "To be done by", lambda action: action.due_on, kind="date", sort="due_on"),
        Column("decided", "Measured until", lambda action: action.decided, kind="date", sort="decided"),
        Column("site", "Site", lambda action: action.site.name if action.site else "", sort="site__name"),
    ),
    also=(Column("reference", "Reference", lambda action: action.reference),),
    filters=(
        Filter("status", "Where it stands", lambda _member: STATUS_CHOICES, narrow_status),
        Filter("mine", "Whose", own_choices, narrow_role),
        site_filter(),
    ),
    search=holding,
    default_sort="-opened_at",
    lead="What we changed so that it does not happen again, and whether that worked.",
    teach={
        "title": "No corrective actions yet",
        "why": "When the cause of a problem is found, an action removes it. How we will know that it worked is fixed before "
        "anyone acts, and the verdict is computed.",
        "clause": "ISO 9001 asks for this in 10.2: act on the cause, and review whether it helped.",
        "button": "Propose an action",
        "url": "improvement:new",
        "permission": "improvement.open_action",
    },
    actions=(
        ("Propose an action", "improvement:new", "improvement.open_action"),
        ("Causes", "improvement:analyses", "improvement.see_causeanalysis"),
    ),
    views=(("Not closed", "status=open"), ("To be signed", "status=judged"), ("Being measured", "status=done")),
)


def narrow_analyses(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(status=value)


ANALYSES = ListPage(
    key="improvement.analyses",
    title=lambda count: how_many(count, "search for a cause", "searches for a cause"),
    rows=lambda member: CauseAnalysis.objects.visible_to(member).select_related("owner", "site"),
    columns=(
        Column(
            "title",
            "Problem",
            lambda analysis: analysis.title,
            url=lambda analysis: analysis.get_absolute_url(),
            sort="title",
            note=lambda analysis: analysis.reference,
        ),
        Column("cause", "Cause", lambda analysis: analysis.cause or "being looked for", sort="cause"),
        Column(
            "status", "Where it stands", lambda analysis: analysis.get_status_display(), kind="state", sort="status"
        ),
        Column("owner", "Owner", lambda analysis: analysis.owner.name, sort="owner__name"),
        Column("site", "Site", lambda analysis: analysis.site.name if analysis.site else "", sort="site__name"),
        Column("opened", "Opened", lambda analysis: analysis.opened_at, kind="moment", sort="opened_at"),
    ),
    also=(Column("reference", "Reference", lambda analysis: analysis.reference),),
    filters=(
        Filter(
            "status",
            "Where it stands",
            lambda _member: [(str(value), str(label)) for value, label in AnalysisStatus.choices],
            narrow_analyses,
        ),
        site_filter(),
    ),
    search=holding,
    default_sort="-opened",
    lead="Why after why, until the answer is something that we can change.",
    teach={
        "title": "No cause is looked for yet",
        "why": "A complaint is answered; its cause is another matter. Ask why until the answer is something that we can change.",
        "clause": "ISO 9001 asks in 10.2 to find the causes of what went wrong.",
        "button": "Look for a cause",
        "url": "improvement:new_analysis",
        "permission": "improvement.open_analysis",
    },
    actions=(
        ("Look for a cause", "improvement:new_analysis", "improvement.open_analysis"),
        ("Actions", "improvement:list", "improvement.see_correctiveaction"),
    ),
)
