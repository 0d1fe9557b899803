from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "wellheard.cases"
    label = "cases"
