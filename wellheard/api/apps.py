from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "wellheard.api"
    label = "api"
