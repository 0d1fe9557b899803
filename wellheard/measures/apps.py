from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "wellheard.measures"
    label = "measures"
