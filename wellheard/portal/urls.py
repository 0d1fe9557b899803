"""The public side: what customers open, without an account. The apps bring their pages."""

from django.urls import path

from wellheard.portal import views

app_name = "portal"
urlpatterns = [
    path("brand.css", views.colours, name="colours"),
    path("p/", views.ways, name="ways"),
]
