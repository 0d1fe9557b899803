"""Causes, corrective actions and verdicts that are computed. Does not know what a complaint or a survey is."""

from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "wellheard.improvement"
    label = "improvement"

    def ready(self) -> None:
        from wellheard.core.navigation import Place, register_place
        from wellheard.improvement import (  # noqa: F401
            actions,
            customer_holdings,
            evidence,
            home,
            indicators,
            jobs,
            permissions,
            thread,
        )
        from wellheard.improvement.waiting import waiting_for

        place = Place("Act", "Improvement", "improvement:list", 60, "improvement.see_correctiveaction", waiting_for)
        register_place(place)
        home.register()
        customer_holdings.register()
