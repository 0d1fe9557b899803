"""Addresses below /measures/."""

from django.urls import path

from wellheard.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.indicators, name="list"),
    path("volumes/", views.volumes, name="volumes"),
    path("<str:key>/", views.indicator, name="indicator"),
]
