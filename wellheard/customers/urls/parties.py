"""The addresses of parties."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
