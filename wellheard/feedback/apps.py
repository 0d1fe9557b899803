from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "wellheard.feedback"
    label = "feedback"
    verbose_name = "Feedback"

    def ready(self) -> None:
        from wellheard.feedback import permissions, wiring  # noqa: F401  registers itself
