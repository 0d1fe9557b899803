"""Every address. Apps bring their own."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", TemplateView.as_view(template_name="core/refused.html"), name="home"),
    path("account/", include("allauth.account.urls")),
]
