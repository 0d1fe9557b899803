"""What must hold before anything starts: every action has its permission declared."""

from typing import Any

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist

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
def every_reach_leads_somewhere(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A permission that is limited to a site or an owner needs a model, and a field at the end of its path."""
    return [
        Error(f"{name}: {permission.model} has no “{scope.path}”.", id="wellheard.E003")
        for name, permission in sorted(TABLE.items())
        for scopes in permission.grants.values()
        for scope in scopes
        if scope.path and not _leads_somewhere(permission.model, scope.path)
    ]


def _leads_somewhere(model: Any, path: str) -> bool:
    try:
        for name in path.split("__"):
            if model is None:
                return False
            field = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
            model = field.related_model
    except FieldDoesNotExist:
        return False
    return True


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
