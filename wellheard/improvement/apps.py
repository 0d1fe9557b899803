from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "wellheard.improvement"
    label = "improvement"
