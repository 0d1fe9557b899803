from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wellheard.web"
    label = "web"
