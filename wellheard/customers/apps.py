from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "wellheard.customers"
    label = "customers"
