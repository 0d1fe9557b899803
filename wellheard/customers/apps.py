from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wellheard.customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        from wellheard.customers import (  # noqa: F401  register themselves
            announcing,
            attribute_traits,
            care,
            evidence,
            indicators,
            jobs,
            own_holdings,
            permissions,
            places,
            reaching_out,
            segment_part,
            timeline_sources,
        )
        from wellheard.customers.buying import registering as buying
        from wellheard.customers.imports import registering as imports
        from wellheard.customers.merging import known_rules

        places.register()
        announcing.register()
        evidence.register()
        reaching_out.register()
        timeline_sources.register()
        attribute_traits.register()
        segment_part.register()
        known_rules.register()
        own_holdings.register()
        care.register()
        buying.register()
        imports.register()
