from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "wellheard.surveys"
    label = "surveys"
    verbose_name = "Surveys"

    def ready(self) -> None:
        from wellheard.surveys import permissions, registering  # noqa: F401  registers itself
