"""The addresses of conversations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
