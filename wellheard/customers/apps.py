from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wellheard.customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        from wellheard.customers import jobs, permissions, places  # noqa: F401  register themselves
        from wellheard.customers.merging import known_rules

        places.register()
        known_rules.register()
