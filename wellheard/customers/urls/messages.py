"""The addresses of messages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
