"""Indicators: the catalogue of what is counted, and their series. Apps above register theirs here."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "wellheard.measures"
    label = "measures"

    def ready(self) -> None:
        from wellheard.core.navigation import Place, register_place
        from wellheard.measures import permissions  # noqa: F401  registers itself

        register_place(Place("Lead", "Measures", "measures:list", permission="measures.see_indicator"))
