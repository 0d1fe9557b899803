"""Every address. Apps bring their own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("wellheard.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("", include("wellheard.portal.urls")),
    path("measures/", include("wellheard.measures.urls")),
]
