from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "wellheard.surveys"
    label = "surveys"
