from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "wellheard.demo"
    label = "demo"
