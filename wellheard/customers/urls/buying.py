"""The addresses of buying."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
