"""The list of all entries, and what stands above it: the last check, the checkpoints, the ways to check offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from wellheard.core.action import ACTIONS
from wellheard.core.lists import Column, Filter, ListPage
from wellheard.core.models import Member, TrailCheckpoint, TrailEntry
from wellheard.core.records import Record, kind_of
from wellheard.core.templatetags.words import count
from wellheard.core.trail.append import CHAIN
from wellheard.core.views import may_offer
from wellheard.evidence.entries import trail_url
from wellheard.evidence.models import TrailCheck
from wellheard.evidence.words import done_in_words, kind_in_words

RESTORED = "evidence.declare_restore"
PERIODS = {"1": "today", "7": "the last 7 days", "31": "the last 31 days", "366": "the last 12 months"}


def entries(member: Member) -> QuerySet[TrailEntry]:
    """Every entry, with the name of the member who acted."""
    members = Member.objects.annotate(actor=Concat(Value("member:"), Cast("pk", CharField())))
    name = members.filter(actor=OuterRef("actor_id")).values("name")[:1]
    return TrailEntry.objects.filter(chain=CHAIN).annotate(member_name=Subquery(name))


def who(entry: Any) -> str:
    """Who acted."""
    if entry.member_name:
        return str(entry.member_name)
    sort, _, rest = entry.actor_id.partition(":")
    return {"system": f"Wellheard ({rest})", "public": "The customer"}.get(sort, "Somebody whose account is gone")


def about(entry: TrailEntry) -> str:
    """`case 12`; empty for entries about no record."""
    return f"{kind_in_words(entry.kind)} {entry.object_id}" if entry.kind else ""


def _actors(member: Member) -> list[tuple[str, str]]:
    names = [(f"member:{pk}", name) for pk, name in Member.objects.order_by("name").values_list("pk", "name")]
    return [*names, ("system:", "Wellheard itself"), ("public:", "Customers")]


def _by_actor(rows: QuerySet[TrailEntry], value: str) -> QuerySet[TrailEntry]:
    return rows.filter(actor_id__startswith=value) if value.endswith(":") else rows.filter(actor_id=value)


def _actions(member: Member) -> list[tuple[str, str]]:
    named = [(name, f"{done_in_words(name)} ({name.partition('.')[0]})") for name in ACTIONS]
    return sorted(named, key=lambda each: each[1])


def _kinds(member: Member) -> list[tuple[str, str]]:
    kinds = [kind_of(model) for model in apps.get_models() if issubclass(model, Record)]
    return sorted(((kind, kind_in_words(kind)) for kind in kinds), key=lambda each: each[1])


def _since(rows: QuerySet[TrailEntry], value: str) -> QuerySet[TrailEntry]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(at__gte=midnight - timedelta(days=int(value) - 1))


def _title(number: int) -> str:
    return f"{count(number)} {'entry' if number == 1 else 'entries'} in the trail"


TRAIL = ListPage(
    key="evidence.trail",
    title=_title,
    rows=entries,
    columns=(
        Column("done", "What was done", lambda entry: done_in_words(entry.action), url=trail_url),
        Column("about", "About", about),
        Column("who", "Who", who),
        Column("at", "When", lambda entry: entry.at, sort="at", kind="moment"),
        Column("recorded", "Written down", lambda entry: entry.recorded_at, kind="moment"),
        Column("entry", "Entry", lambda entry: entry.seq, sort="seq", kind="number"),
    ),
    filters=(
        Filter("actor", "Who", _actors, _by_actor),
        Filter("action", "What", _actions, lambda rows, value: rows.filter(action=value)),
        Filter("kind", "About", _kinds, lambda rows, value: rows.filter(kind=value)),
        Filter("since", "When", lambda member: list(PERIODS.items()), _since),
    ),
    default_sort="-entry",
    permission="core.see_trail",
    template="evidence/trail.html",
    lead="Everything that anybody did, in order. Each entry holds the digest of the one before, so none can be changed unseen.",
    teach={"title": "Nothing has happened yet.", "why": "Whatever anybody does here leaves an entry."},
)


@dataclass(frozen=True)
class TrailState:
    """What is known about the trail as a whole."""

    check: TrailCheck | None
    checked_by: str
    checkpoints: Sequence[TrailCheckpoint]
    restored_at: datetime | None
    may_check: bool


def trail_state(member: Member) -> TrailState:
    """The last check, the newest checkpoints, and whether everything here comes from a backup."""
    check = TrailCheck.objects.visible_to(member).order_by("at", "pk").last()
    by = ""
    if check is not None:
        entry = entries(member).filter(kind=check.kind, object_id=check.pk).order_by("seq").first()
        by = who(entry) if entry is not None else ""
    restored = TrailEntry.objects.filter(chain=CHAIN, action=RESTORED).order_by("seq").last()
    return TrailState(
        check=check,
        checked_by=by,
        checkpoints=list(TrailCheckpoint.objects.filter(chain=CHAIN).order_by("-seq")[:5]),
        restored_at=restored.at if restored is not None else None,
        may_check=may_offer(member, "evidence.check_trail"),
    )
