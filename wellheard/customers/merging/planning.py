"""What the survivor will say: field by field whose value is taken. The page shows this plan, and the merge carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wellheard.core.errors import Refusal
from wellheard.core.records import plain
from wellheard.customers.custom import value_in_words
from wellheard.customers.models import Account, CustomField, Person

KEPT, GONE, BOTH = "kept", "gone", "both"

CHOSEN: dict[type, dict[str, tuple[str, tuple[str, ...]]]] = {
    Account: {
        "name": ("Name", ("name",)),
        "segment": ("Segment", ("segment_id",)),
        "parent": ("Group", ("parent_id",)),
        "since": ("Customer since", ("since",)),
        "city": ("City", ("city",)),
        "country": ("Country", ("country",)),
        "industry": ("Industry", ("industry",)),
        "language": ("Language", ("language",)),
    },
    Person: {
        "name": ("Name", ("name", "given_name", "family_name", "salutation")),
        "email": ("Main e-mail address", ("email",)),
        "phone": ("Main phone", ("phone",)),
        "account": ("Mainly speaks for", ("account_id",)),
        "language": ("Language", ("language",)),
        "channel": ("Best reached", ("channel",)),
        "frequency": ("How often", ("frequency",)),
    },
}
"""What can be chosen: its title, and the fields that go together."""
SHARED = {
    "lifecycle": ("Where they stand", ("lifecycle", "lifecycle_reason", "lifecycle_since")),
    "owner": ("Looked after by", ("owner_id",)),
    "site": ("Site", ("site_id",)),
    "notes": ("Notes", ("notes",)),
}
JOINED = frozenset({"tags", "custom", "wants_no_mail", "do_not_ask", "noted_at"})
"""Never chosen: words of both are kept, a wish to be left alone holds whichever record noted it, the earlier day counts."""
OWN = frozenset({"id", "reference", "merged_into_id", "erased_at"})
"""The survivor's own."""


@dataclass(frozen=True)
class Line:
    """One choice: both values in words, whose is taken (`kept`, `gone`, for notes `both`), and whether they differ."""

    key: str
    title: str
    kept: str
    gone: str
    choice: str
    differs: bool
    may_join: bool = False


@dataclass(frozen=True)
class Plan:
    """The lines as they are shown, and the values that the survivor will have, by the name of the column's attribute."""

    lines: list[Line] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def choices(self) -> dict[str, str]:
        return {line.key: line.choice for line in self.lines}


def fields_of(model: type) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Everything that can be chosen for accounts, or for people."""
    return CHOSEN[model] | SHARED


def planned(kept: Any, gone: Any, choices: Mapping[str, str] | None = None) -> Plan:
    """The plan with these choices; what nobody chose is the survivor's, unless it is empty there.

    Refused for a choice that there isn't."""
    fields, given, plan = fields_of(type(kept)), dict(choices or {}), Plan()
    for key, (title, names) in fields.items():
        present = [getattr(kept, names[0]), getattr(gone, names[0])]
        may_join = key == "notes" and all(present) and present[0] != present[1]
        usual = BOTH if may_join else KEPT if present[0] not in (None, "") or present[1] in (None, "") else GONE
        choice = given.pop(key, usual)
        if choice not in (KEPT, GONE) and not (choice == BOTH and may_join):
            raise Refusal(f"“{choice}” is no choice for {title}. Nothing was merged; choose one of the two.", field=key)
        source = gone if choice == GONE else kept
        for name in names:
            plan.values[name] = getattr(source, name)
        if choice == BOTH:
            plan.values["notes"] = f"{kept.notes.rstrip()}\n\n{gone.notes.lstrip()}"
        words = [_in_words(each, key) for each in (kept, gone)]
        plan.lines.append(Line(key, title, words[0], words[1], choice, present[0] != present[1], may_join))
    joined = _joined(kept, gone)
    joined["custom"] = _own_fields(plan, kept, gone, given, joined["custom"])
    if given:
        raise Refusal(f"There is no “{', '.join(sorted(given))}” to choose. Nothing was merged.")
    plan.values.update(joined)
    if isinstance(kept, Account) and plan.values["parent_id"] is not None:
        both = [plan.values["parent_id"], kept.parent_id, gone.parent_id]
        plan.values["parent_id"] = next((each for each in both if _stands_above(each, {kept.pk, gone.pk})), None)
    return plan


def _stands_above(account: int | None, both: set[int]) -> bool:
    """May this group stand above the survivor: is it there, and neither of the two nor below one of them?"""
    above, seen = account, set[int]()
    while above is not None and above not in seen:
        if above in both:
            return False
        seen.add(above)
        above = Account.objects.filter(pk=above).order_by().values_list("parent_id", flat=True).first()
    return account is not None


def _own_fields(plan: Plan, kept: Any, gone: Any, given: dict[str, str], joined: dict[str, Any]) -> dict[str, Any]:
    """Own fields that both fill differently are chosen too; their lines are added to the plan."""
    values, empty = dict(joined), (None, "")
    both = [key for key in sorted({*kept.custom, *gone.custom}) if kept.custom.get(key) != gone.custom.get(key)]
    differing = [key for key in both if kept.custom.get(key) not in empty and gone.custom.get(key) not in empty]
    known = CustomField.objects.filter(about=kept._meta.model_name, key__in=differing) if differing else ()
    fields = {each.key: each for each in known}
    for key in differing:
        title = fields[key].name if key in fields else key
        choice = given.pop(f"custom.{key}", KEPT)
        if choice not in (KEPT, GONE):
            raise Refusal(
                f"“{choice}” is no choice for {title}. Nothing was merged; choose one of the two.",
                field=f"custom.{key}",
            )
        values[key] = (gone if choice == GONE else kept).custom[key]
        words = [
            value_in_words(fields[key], each.custom[key]) if key in fields else str(each.custom[key])
            for each in (kept, gone)
        ]
        plan.lines.append(Line(f"custom.{key}", title, words[0], words[1], choice, differs=True))
    return values


def _joined(kept: Any, gone: Any) -> dict[str, Any]:
    empty: tuple[Any, ...] = (None, "", [], {})
    filled = {name: value for name, value in kept.custom.items() if value not in empty}
    values: dict[str, Any] = {
        "tags": sorted({*kept.tags, *gone.tags}),
        "custom": kept.custom | gone.custom | filled,
        "noted_at": min((each for each in (kept.noted_at, gone.noted_at) if each), default=None),
    }
    for name in ("wants_no_mail", "do_not_ask"):
        if hasattr(kept, name):
            values[name] = getattr(kept, name) or getattr(gone, name)
    return values


def _in_words(record: Any, key: str) -> str:
    shown = getattr(record, f"get_{key}_display", None)
    value = shown() if shown is not None else getattr(record, key)
    return "" if value is None else str(plain(value) if isinstance(value, int | float) else value)
