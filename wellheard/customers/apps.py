from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wellheard.customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        from wellheard.core.navigation import Place, register_place
        from wellheard.customers import permissions  # noqa: F401  registers itself

        register_place(Place("Listen", "Customers", "customers:list", order=30, permission="customers.see_account"))
