from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wellheard.customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        from wellheard.customers import attribute_traits, jobs, permissions, places  # noqa: F401  register themselves
        from wellheard.customers.merging import known_rules

        places.register()
        attribute_traits.register()
        known_rules.register()
