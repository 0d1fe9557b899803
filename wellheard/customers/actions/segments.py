"""What we do with segments: define them, change them, retire them. Who belongs to them follows in `segmenting`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.customers.actions.parties import keep_party
from wellheard.customers.models import Account, Person, Segment, SegmentMembership
from wellheard.customers.segmenting.hand import decided_by
from wellheard.customers.segmenting.rules import as_stored, read_rule
from wellheard.customers.segmenting.running import renew
from wellheard.customers.segmenting.sentences import about_of
from wellheard.customers.traits import Traits

HAND, CLUSTER = Segment.Basis.HAND, Segment.Basis.CLUSTER
LONGEST_NAME = 100
"""As long as answers keep the name of a segment."""


@action("customers.add_segment")
def add_segment(
    name: str,
    by: Actor,
    *,
    at: datetime,
    basis: str = HAND,
    about: str = "account",
    needs: str = "",
    rule: Mapping[str, Any] | None = None,
    owner: Member | None = None,
) -> Segment:
    """A new segment; one by hand that is asked for again under the same name is the one there is.

    `rule` is what `segmenting.rules` reads, or for a group found in the data what `segmenting.clusters.frozen` gives. One
    by a rule or from the data has its members at once. Every segment is an interested party.
    """
    words = _name(name)
    is_plain = basis == HAND and not rule and not needs
    present = Segment.objects.filter(name__iexact=words).first()
    if present is not None:
        return _one_there(present, about, is_plain)
    segment = Segment(name=words, basis=basis, about=about, needs=needs.strip(), owner=owner)
    segment.rule = _rule(segment, rule or {})
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:  # somebody added it at the same moment
        return _one_there(Segment.objects.get(name=words), about, is_plain)
    keep_party(segment, by, at=at)
    if basis != HAND:
        renew(segment, by, at=at)
    return segment


@action("customers.change_segment")
def change_segment(segment: Segment, by: Actor, *, at: datetime, **changes: Any) -> Segment:
    """Change its name, needs, owner or rule. With another rule it has other members at once; answers keep what was.

    Answers and cases that bear the old name keep it: they say what was true then.
    """
    if unknown := set(changes) - {"name", "needs", "owner", "rule"}:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    _refuse_retired(segment)
    if "name" in changes:
        segment.name = _name(changes["name"])
        if other := Segment.objects.filter(name__iexact=segment.name).exclude(pk=segment.pk).first():
            raise Refusal(
                f"There is a segment “{other.name}” already. Nothing was saved; give this one another name.",
                field="name",
            )
    if "needs" in changes:
        segment.needs = str(changes["needs"]).strip()
    if "owner" in changes:
        segment.owner = changes["owner"]
    is_new_rule = "rule" in changes and segment.basis not in (HAND, CLUSTER)
    if is_new_rule:
        rule = _rule(segment, changes["rule"])
        is_new_rule = rule != segment.rule
        segment.rule = rule
    segment.save()
    keep_party(segment, by, at=at)
    if is_new_rule:
        renew(segment, by, at=at)
    return segment


@action("customers.retire_segment")
def retire_segment(segment: Segment, by: Actor, *, at: datetime) -> Segment:
    """No longer used: everybody leaves it, and its history stays. Refused while it is the main segment of accounts."""
    _refuse_retired(segment)
    chosen = Account.objects.filter(segment=segment, merged_into__isnull=True).count()
    if chosen:
        accounts = "One account has" if chosen == 1 else f"{chosen:,} accounts have"
        raise Refusal(
            f"{accounts} “{segment.name}” as their own segment. Nothing was changed; choose another for them first."
        )
    SegmentMembership.objects.filter(segment=segment, until__isnull=True).update(until=at)
    segment.retired_at = at
    segment.save()
    return segment


@action("customers.use_segment_again")
def use_segment_again(segment: Segment, by: Actor, *, at: datetime) -> Segment:
    """Use a retired segment again; one by a rule or from the data has its members at once."""
    if segment.retired_at is None:
        return segment
    segment.retired_at = None
    segment.save()
    if segment.basis != HAND:
        renew(segment, by, at=at)
    return segment


@action("customers.put_into_segment")
def put_into_segment(segment: Segment, customer: Account | Person, by: Actor, *, at: datetime) -> Segment:
    """Somebody belongs here, by hand, beside the segment that stands on the account itself. Put in again: nothing happens."""
    _refuse_retired(segment)
    _refuse_decided(segment)
    about = about_of(segment)
    if isinstance(customer, Account) != (about == "account"):
        raise Refusal(
            f"“{segment.name}” holds {'accounts' if about == 'account' else 'people'}. Nothing was changed.",
            field="customer",
        )
    if customer.is_merged or customer.erased_at is not None:
        raise Refusal(f"{customer} is no longer a customer of their own. Nothing was changed.", field="customer")
    rows = SegmentMembership.objects.filter(segment=segment, until__isnull=True, **{about: customer})
    if not rows.exists():
        SegmentMembership.objects.create(segment=segment, since=at, **{about: customer})
    return segment


@action("customers.take_out_of_segment")
def take_out_of_segment(segment: Segment, customer: Account | Person, by: Actor, *, at: datetime) -> Segment:
    """They no longer belong here. Refused while the segment stands on the account itself. Gone already: nothing happens."""
    _refuse_decided(segment)
    if isinstance(customer, Account) and customer.segment_id == segment.pk:
        raise Refusal(
            f"“{segment.name}” is the own segment of {customer}. Nothing was changed; choose another on their page."
        )
    about = about_of(segment)
    SegmentMembership.objects.filter(segment=segment, until__isnull=True, **{about: customer.pk}).update(until=at)
    return segment


def _one_there(present: Segment, about: str, is_plain: bool) -> Segment:
    """The segment that bears the name already, if it is the one that is meant; else refused."""
    if is_plain and present.basis == HAND and present.about == about:
        return present
    raise Refusal(
        f"There is a segment “{present.name}” already. Nothing was saved; give this one another name.", field="name"
    )


def _name(name: Any) -> str:
    words = " ".join(str(name or "").split())
    if not words:
        raise Refusal("A segment needs a name. Nothing was saved; give it one and save again.", field="name")
    if len(words) > LONGEST_NAME:
        raise Refusal(
            f"The name has {len(words)} characters; {LONGEST_NAME} is the most. Nothing was saved; shorten it.",
            field="name",
        )
    return words


def _rule(segment: Segment, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a rule, checked; nothing for a segment by hand."""
    if segment.basis == HAND:
        return {}
    if segment.basis == CLUSTER:
        return dict(given)
    traits = Traits(about_of(segment))
    return as_stored(read_rule(given, traits))


def _refuse_retired(segment: Segment) -> None:
    if segment.retired_at is not None:
        raise Refusal(f"“{segment.name}” is no longer used. Nothing was changed; use it again first.")


def _refuse_decided(segment: Segment) -> None:
    if segment.basis != HAND:
        raise Refusal(
            f"Who belongs to “{segment.name}” is decided by {decided_by(segment)}, not by hand. Nothing was changed."
        )
