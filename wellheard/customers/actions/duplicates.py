"""Deciding whether two records are one customer, merging them, and taking a merge back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Q

from wellheard.core import access
from wellheard.core.action import action, detail, writing
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.links import may_see
from wellheard.core.models import Member
from wellheard.core.records import as_json, plain
from wellheard.core.references import next_reference
from wellheard.customers.actions.consent import share_objections
from wellheard.customers.buying.figures import renew_customers
from wellheard.customers.merging.moving import Step, carry_over, change, main_ids, main_points, step_back
from wellheard.customers.merging.planning import planned
from wellheard.customers.models import Account, DuplicatePair, Merge, Person, PrivacyRequest, SegmentMembership
from wellheard.customers.models.duplicates import MODELS
from wellheard.customers.values import clean_reason

Customer = Account | Person


@action("customers.merge")
def merge(
    about: str,
    kept_id: int,
    gone_id: int,
    by: Actor,
    *,
    at: datetime,
    choices: Mapping[str, str] | None = None,
) -> Merge:
    """Merge the account (or person) `gone_id` into `kept_id`: the survivor takes the chosen values and everything that named
    the other; the other stays as a sign-post. Asked for again, the merge that there is.

    One merge at a time, and both rows in the order of their ids: chains of merges touch further people."""
    one_at_a_time()
    model = MODELS[about]
    if kept_id == gone_id:
        raise Refusal("That is one and the same record, so there is nothing to merge. Nothing was changed.")
    found: dict[int, Customer] = {each.pk: each for each in model._default_manager.filter(pk__in=(kept_id, gone_id))}
    if len(found) < 2 or not all(may_see(by, each) for each in found.values()):
        raise Refusal("One of the two is not there. Nothing was merged; find both in the list and start again.")
    for pk in sorted(found):
        writing().lock(found[pk])
        access.require(by, f"customers.change_{about}", found[pk])
    kept, gone = found[kept_id], found[gone_id]
    if gone.merged_into_id == kept.pk:
        there = Merge.objects.standing().filter(about=about, kept_id=kept.pk, gone_id=gone.pk).order_by("-pk").first()
        if there is not None:
            return there
    for each in (kept, gone):
        refuse_unmergeable(each)
    return _merge(kept, gone, by, at, choices)


def one_at_a_time() -> None:
    """Nobody else merges, takes back or erases until this transaction ends. SQLite's transactions are alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wellheard.merging'))")


def refuse_unmergeable(record: Customer) -> None:
    """Refused for what was merged, erased, or is being erased."""
    if record.merged_into is not None:
        raise Refusal(
            f"{record} was merged into {record.merged_into} already. Nothing was changed; "
            f"merge with {record.merged_into} instead."
        )
    if record.erased_at is not None:
        raise Refusal(
            f"{record} was erased, so there is nothing left to tell who it was. Nothing was merged; leave it as it is."
        )
    if isinstance(record, Person) and record.privacy_requests.filter(status=PrivacyRequest.Status.ERASING).exists():
        raise Refusal(f"{record} is being erased just now. Nothing was merged; wait until that is done.")


def _merge(kept: Customer, gone: Customer, by: Actor, at: datetime, choices: Mapping[str, str] | None) -> Merge:
    plan = planned(kept, gone, choices)
    about = str(kept._meta.model_name)
    before = {"kept": as_json(plain_values(kept)), "gone": as_json(plain_values(gone))}
    model, mains = type(kept), main_ids(kept, gone)
    changed = {name: value for name, value in plan.values.items() if getattr(kept, name) != value}
    steps = change(model._default_manager.filter(pk=kept.pk), lambda row: changed) if changed else []
    kept.refresh_from_db()
    steps += carry_over(gone, kept, at)
    steps += _roles(gone, kept)
    steps += _other_hand_segments(kept, at)
    steps += change(model._default_manager.filter(pk=gone.pk), lambda row: {"merged_into_id": kept.pk})
    steps += list(main_points(kept, mains))
    made = Merge(
        reference=next_reference("MRG", at),
        about=about,
        kept_id=kept.pk,
        gone_id=gone.pk,
        site_id=kept.site_id,
        by_member=by if isinstance(by, Member) else None,
        at=at,
        choices=plan.choices,
        before=before,
        moved=[step.as_json() for step in steps],
    )
    made.save()
    _renew_figures(made, at)
    detail(kept=kept.pk, gone=gone.pk, rows=sum(len(step.ids) for step in steps))
    for record in (kept, gone):
        record.refresh_from_db()
    return made


def _renew_figures(merge: Merge, at: datetime) -> None:
    """The orders of both have moved; what follows from them is worked out for these two again."""
    ids = [merge.kept_id, merge.gone_id]
    renew_customers(ids if merge.about == "account" else [], ids if merge.about == "person" else [], at)


def plain_values(record: Customer) -> dict[str, object]:
    """Every value of the record, as JSON keeps it."""
    return {
        field.attname: value.isoformat() if hasattr(value, "isoformat") else plain(value)
        for field in record._meta.concrete_fields
        if (value := getattr(record, field.attname)) is not None
    }


def _roles(gone: Customer, kept: Customer) -> list[Step]:
    """Where both spoke for the same account, the survivor has the roles of both."""
    field = "person" if isinstance(gone, Person) else "account"
    other = "account_id" if isinstance(gone, Person) else "person_id"
    steps: list[Step] = []
    for left in gone.affiliations.filter(until__isnull=True):
        mine = kept.affiliations.filter(until__isnull=True, **{other: getattr(left, other)})
        for each in mine:
            roles = [role for role in each.Role.values if role in {*each.roles, *left.roles}]
            title = each.job_title or left.job_title
            if (roles, title) != (each.roles, each.job_title):
                new = {"roles": roles, "job_title": title}
                steps += change(mine.filter(pk=each.pk, **{field: kept.pk}), lambda row, new=new: new)
    return steps


def _other_hand_segments(kept: Customer, at: datetime) -> list[Step]:
    """An account is in one segment by hand: the chosen one."""
    if not isinstance(kept, Account):
        return []
    others = SegmentMembership.objects.filter(account=kept, until__isnull=True, segment__basis="hand")
    return change(others.exclude(segment_id=kept.segment_id or 0), lambda row: {"until": at})


@action("customers.undo_merge")
def undo_merge(merge: Merge, by: Actor, *, at: datetime, reason: str) -> Merge:
    """Take a merge back: whatever it changed says again what it said before. What changed since stays as it is, and the
    merge says what that was. Refused while a later merge stands on it, or after an erasure."""
    if merge.undone_at is not None:
        return merge
    why = clean_reason(reason)
    if not why:
        raise Refusal("Say why it is taken back. Nothing was changed.", field="reason")
    one_at_a_time()
    model = MODELS[merge.about]
    both = {each.pk: each for each in model._default_manager.filter(pk__in=(merge.kept_id, merge.gone_id))}
    for pk in sorted(both):
        writing().lock(both[pk])
        access.require(by, f"customers.change_{merge.about}", both[pk])
    kept, gone = both[merge.kept_id], both[merge.gone_id]
    if kept.erased_at or gone.erased_at:
        raise Refusal(f"{kept} was erased since, so {merge} can't be taken back. Nothing was changed.")
    later = _resting_on(merge)
    if later is not None:
        raise Refusal(
            f"{later} came later and rests on {merge}. Nothing was changed; take back {later} first, then {merge}."
        )
    stayed, back = step_back(merge.moved)
    merge.stayed = [
        f"{len(each['ids'])} of {each['model']} changed since and stayed as they are: "
        f"{', '.join(map(str, each['ids'][:20]))}."
        for each in stayed
    ]
    merge.undone_at, merge.undone_reason = at, why
    merge.save()
    _renew_figures(merge, at)
    for record in both.values():
        record.refresh_from_db()
    if isinstance(kept, Person) and isinstance(gone, Person):
        _refused_meanwhile(kept, gone, merge)
    detail(kept=merge.kept_id, gone=merge.gone_id, rows=back, stayed=sum(len(each["ids"]) for each in stayed))
    return merge


def _refused_meanwhile(kept: Person, gone: Person, merge: Merge) -> None:
    """What they did not want any more while they were one holds for both: nobody knows which of them said it."""
    before = merge.before.get("kept", {})
    for name in ("do_not_ask", "wants_no_mail"):
        if getattr(kept, name) and not before.get(name):
            setattr(gone, name, True)
    if kept.channel == Person.Channel.NONE and before.get("channel") != Person.Channel.NONE:
        gone.channel = Person.Channel.NONE
    gone.save()
    share_objections(kept, gone, since=merge.at)


def _resting_on(merge: Merge) -> Merge | None:
    """The last of the later merges, still standing, that have to do with either of the two: it goes back first."""
    last = merge
    while True:
        both = (last.kept_id, last.gone_id)
        later = Merge.objects.standing().filter(Q(kept_id__in=both) | Q(gone_id__in=both), about=last.about)
        found = later.filter(pk__gt=last.pk).order_by("-pk").first()
        if found is None:
            return None if last is merge else last
        last = found


@action("customers.keep_apart")
def keep_apart(pair: DuplicatePair, by: Actor, *, at: datetime, reason: str = "") -> DuplicatePair:
    """They are two different ones: the pair is not shown again unless what they say changes."""
    if pair.status == DuplicatePair.Status.MERGED:
        raise Refusal("These two were merged. Nothing was changed; take the merge back if they are different.")
    pair.status = DuplicatePair.Status.DIFFERENT
    pair.decided_at, pair.decided_reason = at, clean_reason(reason)
    pair.save()
    return pair


__all__ = ["keep_apart", "merge", "refuse_unmergeable", "undo_merge"]
