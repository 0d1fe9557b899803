from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "wellheard.evidence"
    label = "evidence"
