from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "wellheard.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        from wellheard.core import checks, jobs, permissions  # noqa: F401  registers itself
