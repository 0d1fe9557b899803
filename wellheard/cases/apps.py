from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Complaints and other matters of customers, from the first word to the end."""

    name = "wellheard.cases"
    label = "cases"
    verbose_name = "Complaints"

    def ready(self) -> None:
        from wellheard.cases import (  # noqa: F401
            customer_holdings,
            customer_parts,
            customer_traits,
            evidence,
            home,
            indicators,
            jobs,
            permissions,
            reactions,
            thread,
        )

        thread.register()
        customer_holdings.register()
        customer_parts.register()
        customer_traits.register()
        home.register()
        reactions.register()
        indicators.register_all()
        evidence.register_all()
