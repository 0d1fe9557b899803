"""What an auditor asks for: requirements as data, collectors, gaps, packs. Apps above register their collectors here."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "wellheard.evidence"
    label = "evidence"
    verbose_name = "Evidence"

    def ready(self) -> None:
        from wellheard.core.home import register_aside
        from wellheard.core.navigation import Place, register_place
        from wellheard.evidence import checks, jobs, permissions, trail_evidence  # noqa: F401  registers itself
        from wellheard.evidence.readiness import ready_for_the_audit
        from wellheard.evidence.standards import editions

        editions()  # a mistake in the data stops the start, not a page on the day of the audit
        register_place(Place("Show", "Evidence", "evidence:home", order=10, permission="evidence.see_evidence"))
        register_place(Place("Show", "Trail", "evidence:trail", order=20, permission="core.see_trail"))
        register_aside(ready_for_the_audit)
