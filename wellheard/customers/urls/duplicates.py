"""The addresses of duplicates."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
