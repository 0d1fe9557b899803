"""Every address. Apps bring their own."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from wellheard.api.api import unknown_address

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("wellheard.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("", include("wellheard.portal.urls")),
    path("surveys/", include("wellheard.surveys.urls")),
    path("cases/", include("wellheard.cases.urls")),
    path("feedback/", include("wellheard.feedback.urls")),
    path("customers/", include("wellheard.customers.urls")),
    path("improvement/", include("wellheard.improvement.urls")),
    path("measures/", include("wellheard.measures.urls")),
    path("evidence/", include("wellheard.evidence.urls")),
    path("api/v1/", unknown_address),
    path("api/v1/", include("wellheard.api.urls")),
    re_path(r"^api/", unknown_address, name="no-such-address"),
]
