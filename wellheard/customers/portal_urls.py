"""The public addresses of customers; the portal includes them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
