"""What people type when they define a segment. Conditions are added and removed without a script, by plain buttons."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from wellheard.core.errors import Refusal
from wellheard.core.models import Member
from wellheard.customers.forms.directory import AccountField, WatchedForm
from wellheard.customers.forms.members import who_can_look_after
from wellheard.customers.models import Person, Segment
from wellheard.customers.segmenting.comparisons import COMPARISONS, comparison
from wellheard.customers.segmenting.rules import MOST, read_rule
from wellheard.customers.segmenting.sentences import about_of
from wellheard.customers.traits import About, Trait, Traits
from wellheard.customers.words import is_id

MATCHES = [("all", "all of these hold"), ("any", "any of these holds")]
MOST_GROUPS = 5
TOP = "0"


class SegmentForm(WatchedForm):
    """What the segment is called, what its customers need, and who looks after it."""

    name = forms.CharField(max_length=100)
    needs = forms.CharField(
        required=False,
        max_length=5_000,
        label="What these customers need and expect",
        help_text="In your own words; it stands in the register of interested parties.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner = forms.ModelChoiceField(
        Member.objects.none(), required=False, label="Looked after by", empty_label="Nobody yet"
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = who_can_look_after(member, self.initial.get("owner"))
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    @staticmethod
    def from_segment(segment: Segment) -> dict[str, Any]:
        """What the form begins with; the rule is there so that a change of it by others is noticed."""
        return {"name": segment.name, "needs": segment.needs, "owner": segment.owner_id, "rule": segment.rule}


class ConditionForm(forms.Form):
    """One condition: a trait, how it is compared, and with what."""

    def __init__(self, *args: Any, trait: Trait, traits: Traits, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trait, self.traits, self.group = trait, traits, group
        title = trait.title[:1].upper() + trait.title[1:]
        hows = [(each.key, each.says) for each in COMPARISONS[trait.value_type]]
        self.fields["how"] = forms.ChoiceField(label=title, choices=hows)
        unit = f" ({trait.unit})" if trait.unit else ""
        match trait.value_type:
            case "number" | "money":
                self._text("value", f"Number{unit}", inputmode="decimal")
                self._text("second", "and, for between", inputmode="decimal")
            case "choice":
                self.fields["value"] = forms.MultipleChoiceField(
                    label="Values",
                    required=False,
                    choices=list(traits.choices(trait).items()),
                    widget=forms.CheckboxSelectMultiple,
                )
            case "date":
                self._text("value", "Days", inputmode="numeric")
                self.fields["second"] = forms.CharField(
                    label="or day", required=False, widget=forms.DateInput(attrs={"type": "date"})
                )
            case "text" | "words":
                self._text("value", "Words")

    def _text(self, name: str, words: str, **attributes: str) -> None:
        self.fields[name] = forms.CharField(
            label=words,
            required=False,
            max_length=300,
            widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
        )

    @property
    def name(self) -> str:
        """What the page calls the condition."""
        return self.trait.title

    def stored(self) -> dict[str, Any]:
        """The condition as a rule keeps it, of what was sent, right or wrong."""
        sent = self.cleaned_data
        how = str(sent.get("how", ""))
        found = comparison(self.trait.value_type, how)
        value: Any = sent.get("value")
        match found.takes if found else "nothing":
            case "nothing":
                return {"trait": self.trait.key, "is": how}
            case "two_numbers":
                value = [value, sent.get("second")]
            case "date":
                value = sent.get("second")
        return {"trait": self.trait.key, "is": how, "value": value}

    def clean(self) -> dict[str, Any]:
        """Refused here, so that the mistake stands at its condition."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "how" in values:
            try:
                read_rule({"match": "all", "conditions": [self.stored()]}, self.traits)
            except Refusal as refusal:
                self.add_error("value" if "value" in self.fields else "how", refusal.sentence)
        return values

    @staticmethod
    def initial_of(stored: Mapping[str, Any], trait: Trait) -> dict[str, Any]:
        """What the form begins with for a condition that is kept."""
        found, value = comparison(trait.value_type, str(stored.get("is", ""))), stored.get("value")
        initial: dict[str, Any] = {"how": stored.get("is"), "value": value}
        if found is not None and found.takes == "two_numbers" and isinstance(value, list) and len(value) == 2:
            initial["value"], initial["second"] = value
        elif found is not None and found.takes == "date":
            initial["value"], initial["second"] = None, value
        return initial


class Group:
    """The conditions of the rule itself (number 0), or of a group within it."""

    def __init__(self, number: str, match: str, conditions: list[ConditionForm], traits: Traits) -> None:
        self.number, self.match, self.conditions = number, match, conditions
        self.matches = MATCHES
        self.is_top = number == TOP
        self.offered = [(name, [(each.key, each.title) for each in found]) for name, found in traits.grouped()]

    def stored(self) -> dict[str, Any]:
        return {"match": self.match, "conditions": [each.stored() for each in self.conditions]}


class RuleEditor:
    """A rule as forms: as it was sent, or as it begins."""

    def __init__(self, about: About, data: QueryDict | None, stored: Mapping[str, Any]) -> None:
        self.traits = Traits(about)
        self.gone: list[str] = []
        self.groups = self._sent(data) if data is not None else self._kept(stored)

    @property
    def conditions(self) -> list[ConditionForm]:
        return [each for group in self.groups for each in group.conditions]

    @property
    def order(self) -> str:
        """Which conditions there are and where, for the next round: `c1:0:country c2:1:city`."""
        return " ".join(f"{each.prefix}:{each.group}:{each.trait.key}" for each in self.conditions)

    @property
    def numbers(self) -> str:
        """Which groups there are."""
        return " ".join(each.number for each in self.groups if not each.is_top)

    @property
    def may_add_group(self) -> bool:
        return len(self.groups) <= MOST_GROUPS

    def is_valid(self) -> bool:
        """Is every condition right? All of them are looked at, so that every mistake is shown at once."""
        return not [each for each in self.conditions if not each.is_valid()]

    def quieten(self) -> None:
        """Show no mistakes yet: a button was pressed on the way."""
        for each in self.conditions:
            each._errors = ErrorDict()  # type: ignore[attr-defined]

    def stored(self) -> dict[str, Any]:
        """The rule as it is kept; groups without a condition are left out."""
        top = self.groups[0].stored()
        top["conditions"] += [each.stored() for each in self.groups[1:] if each.conditions]
        return top

    def _kept(self, stored: Mapping[str, Any]) -> list[Group]:
        top: list[ConditionForm] = []
        groups = [Group(TOP, str(stored.get("match", "all")), top, self.traits)]
        number = 0
        for part in stored.get("conditions", []):
            if "conditions" not in part:
                number += 1
                top += self._form(f"c{number}", TOP, part)
                continue
            mine: list[ConditionForm] = []
            groups.append(Group(str(len(groups)), str(part.get("match", "all")), mine, self.traits))
            for each in part["conditions"]:
                number += 1
                mine += self._form(f"c{number}", groups[-1].number, each)
        return groups

    def _form(self, prefix: str, group: str, part: Mapping[str, Any]) -> list[ConditionForm]:
        trait = self.traits.get(str(part.get("trait", "")))
        if trait is None:
            self.gone.append(str(part.get("trait", "")))
            return []
        initial = ConditionForm.initial_of(part, trait)
        return [ConditionForm(None, prefix=prefix, trait=trait, traits=self.traits, group=group, initial=initial)]

    def _sent(self, data: QueryDict) -> list[Group]:
        numbers = [TOP, *dict.fromkeys(each for each in data.get("groups", "").split() if each in _NUMBERS)]
        groups = {
            number: Group(number, "any" if data.get(f"match-{number}") == "any" else "all", [], self.traits)
            for number in numbers
        }
        for each in data.get("order", "").split()[: MOST + 1]:
            prefix, _, rest = each.partition(":")
            group, _, key = rest.partition(":")
            trait = self.traits.get(key)
            if trait is None or group not in groups or not (prefix[:1] == "c" and is_id(prefix[1:])):
                continue
            form = ConditionForm(data, prefix=prefix, trait=trait, traits=self.traits, group=group)
            groups[group].conditions.append(form)
        return list(groups.values())


_NUMBERS = frozenset(str(each) for each in range(1, MOST_GROUPS + 1))


def changed_rule(data: QueryDict, traits: Traits) -> QueryDict | None:
    """The sent data after a button that adds or removes a condition or a group; None when another one was pressed."""
    again = data.copy()
    order = data.get("order", "").split()
    numbers = [each for each in data.get("groups", "").split() if each in _NUMBERS]
    if "add" in data:
        group = data["add"]
        key = data.get(f"new-{group}", "")
        if traits.get(key) is not None and (group == TOP or group in numbers) and len(order) < MOST:
            taken = [int(each[1:].partition(":")[0]) for each in order if is_id(each[1:].partition(":")[0])]
            prefix = f"c{1 + max(taken, default=0)}"
            order.append(f"{prefix}:{group}:{key}")
            for name in [name for name in again if name.startswith(f"{prefix}-")]:
                del again[name]
    elif "remove" in data:
        order = [each for each in order if not each.startswith(f"{data['remove']}:")]
    elif "add_group" in data:
        free = sorted(_NUMBERS - set(numbers))
        numbers += free[:1]
    elif "remove_group" in data:
        numbers = [each for each in numbers if each != data["remove_group"]]
        order = [each for each in order if each.split(":")[1:2] != [data["remove_group"]]]
    else:
        return None
    again["order"], again["groups"] = " ".join(order), " ".join(numbers)
    return again


class PutForm(forms.Form):
    """Who is put into a segment by hand."""

    def __init__(self, *args: Any, member: Member, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.about = member, about_of(segment)
        if self.about == "account":
            self.fields["customer"] = AccountField(
                member, label="Put in", help_text="A customer, by name or reference."
            )
        else:
            self.fields["customer"] = forms.CharField(
                label="Put in", max_length=320, help_text="A person, by name or e-mail address."
            )

    def clean_customer(self) -> Any:
        """A person is found by the whole name or address, among those whom the member may see."""
        value = self.cleaned_data["customer"]
        if self.about == "account":
            return value
        words = str(value).strip()
        people = Person.objects.visible_to(self.member).filter(merged_into__isnull=True, erased_at__isnull=True)
        found = list(people.with_email(words)[:1]) if "@" in words else []
        found = found or list(people.filter(name__iexact=words).order_by("pk")[:2])
        if len(found) != 1:
            several = "Several people are called" if found else "We know nobody called"
            raise forms.ValidationError(f"{several} “{words[:60]}”. Nothing was changed; write their e-mail address.")
        return found[0]
