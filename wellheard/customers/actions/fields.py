"""The organisation's own fields on accounts and people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import JSONField
from django.utils.text import slugify

from wellheard.core.action import action
from wellheard.core.actors import Actor
from wellheard.core.errors import Refusal
from wellheard.customers.models import CustomField
from wellheard.customers.values import clean_words

MOST_FIELDS = 200
MOST_CHOICES = 200


@action("customers.define_field")
def define_field(
    about: str,
    name: str,
    value_type: str,
    by: Actor,
    *,
    at: datetime,
    key: str = "",
    choices: Iterable[str] | str = (),
    help_words: str = "",
    position: int | None = None,
) -> CustomField:
    """A new field of accounts (`about` is "account") or people ("person"). `key` names it in files and the API for good."""
    if about not in {"account", "person"}:
        raise Refusal("A field belongs to accounts or to people. Nothing was saved; choose one of them.", field="about")
    if value_type not in CustomField.Value.values:
        raise Refusal(
            f"There is no such type of value. Nothing was saved; use one of: {', '.join(CustomField.Value.values)}.",
            field="value_type",
        )
    known = CustomField.objects.filter(about=about)
    if known.count() >= MOST_FIELDS:
        raise Refusal(f"There are {MOST_FIELDS} fields already, which is the most. Nothing was saved.")
    field = CustomField(about=about, value_type=value_type, help_words=clean_words(help_words))
    field.name = _name(name, field)
    field.choices = _choices(value_type, choices)
    field.key = _key(key or field.name, {*known.values_list("key", flat=True)}, is_said=bool(key))
    field.position = (known.count() + 1) * 10 if position is None else position
    field.save()
    return field


@action("customers.change_field")
def change_field(field: CustomField, by: Actor, *, at: datetime, **changes: Any) -> CustomField:
    """Another `name`, `choices`, `help_words` or `position`. Key and type stay, since values hang on them."""
    if unknown := set(changes) - {"name", "choices", "help_words", "position"}:
        raise TypeError(f"There is no {', '.join(sorted(unknown))} to change here")
    field.name = _name(changes.get("name", field.name), field)
    if "choices" in changes:
        field.choices = _choices(field.value_type, changes["choices"])
    field.help_words = clean_words(changes.get("help_words", field.help_words))
    field.position = changes.get("position", field.position)
    field.save()
    return field


@action("customers.retire_field")
def retire_field(field: CustomField, by: Actor, *, at: datetime) -> CustomField:
    """No longer asked for; the values that there are stay."""
    field.retired_at = field.retired_at or at
    field.save()
    return field


@action("customers.use_field_again")
def use_field_again(field: CustomField, by: Actor, *, at: datetime) -> CustomField:
    """A retired field is asked for again, with the values that were left."""
    field.retired_at = None
    field.save()
    return field


def _name(name: str, field: CustomField) -> str:
    words = clean_words(name)
    if not words:
        raise Refusal("The field needs a name. Nothing was saved; write what it holds.", field="name")
    same = CustomField.objects.filter(about=field.about, name__iexact=words, retired_at__isnull=True)
    if same.exclude(pk=field.pk).exists():
        raise Refusal(f"There is a field “{words}” already. Nothing was saved; use it, or another name.", field="name")
    return words


def _choices(value_type: str, choices: Iterable[str] | str) -> list[str]:
    if value_type != CustomField.Value.CHOICE:
        return []
    lines = choices.splitlines() if isinstance(choices, str) else choices
    found = {words.casefold(): words for words in map(clean_words, lines) if words}
    if len(found) < 2:
        raise Refusal("To choose there must be two or more. Nothing was saved; write one a line.", field="choices")
    if len(found) > MOST_CHOICES:
        raise Refusal(
            f"{len(found):,} choices are too many; {MOST_CHOICES} is the most. Nothing was saved.", field="choices"
        )
    if longest := next((words for words in found.values() if len(words) > 200), ""):
        raise Refusal(f"“{longest[:40]}…” is too long for a choice. Nothing was saved; shorten it.", field="choices")
    return [*found.values()]


def _key(words: str, taken: set[str], *, is_said: bool) -> str:
    """A key of small letters, digits and hyphens; it never looks like a number, which databases read as a place in a list."""
    key = slugify(words).replace("_", "-")[:50].strip("-")
    # What databases call a comparison (“range”) would be read as one.
    is_free = key and not key[0].isdigit() and key.replace("-", "_") not in JSONField().get_lookups()
    key = key if is_free else f"field-{key}".rstrip("-")
    if is_said and key in taken:
        raise Refusal(f"The key “{key}” is taken. Nothing was saved; use another, or leave it empty.", field="key")
    number = 2
    found = key
    while found in taken:
        found, number = f"{key}-{number}", number + 1
    return found
