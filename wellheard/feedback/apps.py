from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "wellheard.feedback"
    label = "feedback"
    verbose_name = "Feedback"

    def ready(self) -> None:
        from wellheard.feedback import customer_traits, permissions, wiring  # noqa: F401  wiring registers itself

        customer_traits.register()
