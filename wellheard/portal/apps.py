from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "wellheard.portal"
    label = "portal"
