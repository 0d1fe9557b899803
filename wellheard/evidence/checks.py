"""What must hold before anything starts: evidence is collected for requirements that exist."""

from typing import Any

from django.core.checks import Error, register

from wellheard.evidence.collectors import every_slug
from wellheard.evidence.standards import requirements


@register()
def every_collector_has_a_requirement(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A misspelt slug would collect for nothing, and nobody would notice."""
    return [
        Error(
            f"Evidence is collected for {slug}, which evidence/standards/requirements.yaml doesn't know.",
            id="wellheard.E010",
        )
        for slug in sorted(every_slug() - set(requirements()))
    ]
