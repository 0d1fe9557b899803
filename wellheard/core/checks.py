"""What must hold before anything starts: every action has its permission declared."""

from typing import Any

from django.core.checks import Error, register

from wellheard.core.access import TABLE
from wellheard.core.action import ACTIONS


@register()
def every_action_has_a_permission(app_configs: Any, **kwargs: Any) -> list[Error]:
    """An action without a permission would raise at its first use; better at the start."""
    return [
        Error(f"The action {name} has no permission declared.", id="wellheard.E001")
        for name in sorted(ACTIONS)
        if name not in TABLE
    ]
