"""What must hold before anything starts: every action has its permission declared."""

from typing import Any

from django.apps import apps
from django.core.checks import Error, register

from wellheard.core.access import TABLE
from wellheard.core.action import ACTIONS
from wellheard.core.records import Record


@register()
def every_action_has_a_permission(app_configs: Any, **kwargs: Any) -> list[Error]:
    """An action without a permission would raise at its first use; better at the start."""
    return [
        Error(f"The action {name} has no permission declared.", id="wellheard.E001")
        for name in sorted(ACTIONS)
        if name not in TABLE
    ]


@register()
def no_field_hides_what_records_are_called(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A field called `kind` or `label` would hide the property of every record, and the trail would file it wrongly."""
    return [
        Error(f"{model._meta.label} has a field “{field.name}”, which hides the record's own.", id="wellheard.E002")
        for model in apps.get_models()
        if issubclass(model, Record)
        for field in model._meta.get_fields()
        if field.name in {"kind", "label"}
    ]
