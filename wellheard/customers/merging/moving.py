"""Carrying everything over to the survivor, and back. Each change is noted as a step: which rows, what they said before, and
what they say after; taking a merge back replays the steps from the last to the first."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from wellheard.core.batches import in_batches
from wellheard.core.links import carry_fingerprints
from wellheard.core.records import Record, as_json, kind_of, plain
from wellheard.core.writing import lock_many, write_many
from wellheard.customers.merging.rules import Moves, Relation, relations_to, rule_for
from wellheard.customers.models import Account, ContactPoint, DuplicatePair, Person
from wellheard.customers.points import contact_point, country_of, noted_as
from wellheard.ground.canonical import canonical

Customer = Account | Person
Changes = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """Rows of one model that were changed alike: `before` and `after` by the attribute of the column, as JSON keeps them."""

    model: str
    ids: list[int]
    before: Changes
    after: Changes

    def as_json(self) -> dict[str, Any]:
        return {"model": self.model, "ids": self.ids, "before": self.before, "after": self.after}


def counted(gone: Customer, kept: Customer) -> list[dict[str, Any]]:
    """What will move, for the page: relation by relation, how many rows, and how many stay because the survivor has the
    same."""
    found = []
    for relation in relations_to(type(kept)):
        rule = rule_for(relation)
        rows = _rows(relation, gone)
        if isinstance(rule, Moves):
            rows = rows.exclude(pk=kept.pk) if relation.model is type(kept) else rows
            number, clashing = rows.count(), len(_clashing(relation, rule, gone, kept))
        else:
            number, clashing = 0, 0
        if number:
            found.append({"relation": relation, "moves": number - clashing, "stays": clashing})
    return found


def carry_over(gone: Customer, kept: Customer, at: datetime) -> list[Step]:
    """Move everything that names `gone` to `kept`, by the rules, within an action. Both are locked by the caller."""
    steps: list[Step] = []
    for relation in relations_to(type(kept)):
        rule = rule_for(relation)
        if not isinstance(rule, Moves):
            continue
        clashing = _clashing(relation, rule, gone, kept)
        rows = _rows(relation, gone)
        if relation.model is type(kept):
            rows = rows.exclude(pk=kept.pk)
        if rule.ending is not None:
            for some in in_batches(sorted(clashing)):
                steps += change(rows.filter(pk__in=some), lambda row, end=rule.ending: end(row, at))
        target: Changes = {relation.column: kept.pk}
        if rule.with_site and any(each.name == "site" for each in relation.model._meta.concrete_fields):
            target["site_id"] = kept.site_id
        moving = rows.exclude(pk__in=clashing) if clashing else rows
        if relation.key == "core.link.target_id":
            steps += change(moving, lambda row: _relinked(row, gone, kept))
        else:
            steps += change(moving, lambda row, target=target: target)
    return [*steps, *_pairs(gone, kept)]


def change(rows: QuerySet[Any], to: Any) -> list[Step]:
    """Set on each row what `to(row)` gives; rows of many kinds of tables, records with their entries. Gives the steps."""
    model = rows.model
    by_change: dict[str, Step] = {}
    if issubclass(model, Record):
        records = lock_many(rows)
        prints = {each.pk: each.fingerprint() for each in records}
        fields: set[str] = set()
        for each in records:
            after = dict(to(each))
            _note(by_change, model, each, after)
            fields |= set(after)
            for name, value in after.items():
                setattr(each, name, value)
        write_many(records, sorted(fields))
        carry_fingerprints(kind_of(model), {each.pk: (prints[each.pk], each.fingerprint()) for each in records})
        return list(by_change.values())
    by_after: dict[str, tuple[Changes, list[int]]] = {}
    for each in rows.order_by("pk").select_for_update().iterator():
        after = dict(to(each))
        _note(by_change, model, each, after)
        by_after.setdefault(canonical(plain(after)), (after, []))[1].append(each.pk)
    for after, pks in by_after.values():
        for some in in_batches(pks):
            model._default_manager.filter(pk__in=some).update(**after)
    return list(by_change.values())


def _note(steps: dict[str, Step], model: type[Model], row: Any, after: Mapping[str, Any]) -> None:
    before = {name: _kept(getattr(row, name)) for name in after}
    now = {name: _kept(value) for name, value in after.items()}
    key = canonical([before, now])
    steps.setdefault(key, Step(kind_of(model), [], before, now)).ids.append(row.pk)


def _kept(value: Any) -> Any:
    """As JSON holds it, and as the field reads it again."""
    return value.isoformat() if hasattr(value, "isoformat") else as_json(plain(value))


def step_back(steps: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Replay the steps backwards. What says something else by now stays as it is: given as model and ids, with the number of
    rows that went back."""
    stayed: list[dict[str, Any]] = []
    back = 0
    for step in reversed(steps):
        model = apps.get_model(step["model"])
        wanted = {name: _read(model, name, value) for name, value in step["after"].items()}
        before = {name: _read(model, name, value) for name, value in step["before"].items()}
        for some in in_batches(step["ids"]):
            rows: Any = model._default_manager.filter(pk__in=some)
            same = [row.pk for row in rows.order_by("pk") if all(getattr(row, n) == v for n, v in wanted.items())]
            if left := sorted(set(some) - set(same)):
                stayed.append({"model": step["model"], "ids": left})
            if same:
                change(rows.filter(pk__in=same), lambda row, before=before: before)
            back += len(same)
    return stayed, back


def _read(model: type[Model], name: str, value: Any) -> Any:
    field = next(each for each in model._meta.concrete_fields if each.attname == name)
    if value is None or field.is_relation:
        return value
    return field.to_python(value)


def _relinked(link: Any, gone: Customer, kept: Customer) -> Changes:
    """A link that was up to date with the merged record is so with the survivor."""
    fresh = link.target_fingerprint == gone.fingerprint()
    return {"target_id": kept.pk} | ({"target_fingerprint": kept.fingerprint()} if fresh else {})


def _rows(relation: Relation, record: Customer) -> QuerySet[Any]:
    return relation.model._default_manager.filter(relation.of(record))


def _clashing(relation: Relation, rule: Moves, gone: Customer, kept: Customer) -> set[int]:
    """The rows that would say a second time of the survivor what it says already."""
    if not rule.clash:
        return set()
    limit = rule.where or Q()
    theirs = set(_rows(relation, kept).filter(limit).values_list(*rule.clash))
    own: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for pk, *said in _rows(relation, gone).filter(limit).order_by("pk").values_list("pk", *rule.clash):
        own[tuple(said)].append(pk)
    return {pk for said, pks in own.items() if said in theirs for pk in pks}


def _pairs(gone: Customer, kept: Customer) -> list[Step]:
    """Pairs that name the merged one name the survivor, unless that pair is known; the pair of the two is decided."""
    about = kept._meta.model_name
    rows = DuplicatePair.objects.filter(about=about)
    mine = rows.filter(Q(first_id=gone.pk) | Q(second_id=gone.pk))
    known = {frozenset(ids) for ids in rows.filter(Q(first_id=kept.pk) | Q(second_id=kept.pk)).values_list(*ENDS)}
    decided, moving = set(), set()
    for pk, first, second in mine.order_by("pk").values_list("pk", *ENDS):
        other = second if first == gone.pk else first
        if other == kept.pk:
            decided.add(pk)
        elif frozenset({kept.pk, other}) not in known:
            moving.add(pk)
    steps = change(mine.filter(pk__in=decided), lambda row: {"status": DuplicatePair.Status.MERGED.value})
    return steps + change(mine.filter(pk__in=moving), lambda row: _ends(row, gone.pk, kept.pk))


ENDS = ("first_id", "second_id")


def _ends(pair: DuplicatePair, gone: int, kept: int) -> Changes:
    other = pair.second_id if pair.first_id == gone else pair.first_id
    return {"first_id": min(kept, other), "second_id": max(kept, other)}


def main_points(kept: Customer, before: Mapping[int, bool]) -> Iterator[Step]:
    """One main way of each sort: what a person's record names, else the survivor's own, else that of the other. `before`:
    the ids of the points that were main, and whether they were the survivor's own."""
    points = list(kept.contact_points.order_by("is_former", "pk"))
    for what in ContactPoint.What.values:
        mine = [each for each in points if each.what == what]
        chosen = _main_one(kept, what, mine, before)
        for each in mine:
            should = each is chosen
            if each.is_main != should or (should and each.is_former):
                yield from change(
                    kept.contact_points.filter(pk=each.pk),
                    lambda row, should=should: {"is_main": should, "is_former": row.is_former and not should},
                )
    if not isinstance(kept, Person):
        return
    for one in kept.affiliations.filter(until__isnull=True):
        should = one.account_id == kept.account_id
        if one.is_main != should:
            yield from change(kept.affiliations.filter(pk=one.pk), lambda row, should=should: {"is_main": should})


def main_ids(kept: Customer, gone: Customer) -> dict[int, bool]:
    """The contact points that are main ones of either, and whether they are the survivor's."""
    found = dict.fromkeys(gone.contact_points.filter(is_main=True).values_list("pk", flat=True), False)
    return found | dict.fromkeys(kept.contact_points.filter(is_main=True).values_list("pk", flat=True), True)


def _main_one(
    kept: Customer, what: str, mine: Sequence[ContactPoint], before: Mapping[int, bool]
) -> ContactPoint | None:
    if isinstance(kept, Person) and what != ContactPoint.What.WEBSITE:
        named = (kept.email or "") if what == ContactPoint.What.EMAIL else kept.phone
        # As it was given: a national number is read by the account's country, which may just have become another.
        said = named.strip().casefold()
        return next((each for each in mine if said and each.value.casefold() == said), None) or _read_alike(
            kept, what, named, mine
        )
    mains = [each for each in mine if each.pk in before and not each.is_former]
    return next((each for each in mains if before[each.pk]), None) or next(iter(mains), None)


def _read_alike(kept: Person, what: str, named: str, mine: Sequence[ContactPoint]) -> ContactPoint | None:
    """The point that is found by what the record names, however that is written."""
    if not named.strip():
        return None
    return noted_as(mine, contact_point(what, named, country=country_of(kept), person=kept))


__all__ = ["Step", "carry_over", "change", "counted", "main_ids", "main_points", "step_back"]
