"""Every address of the product, with those of cases."""

from django.urls import include, path

from wellheard.cases.portal_urls import urlpatterns as public
from wellheard.config.urls import urlpatterns as real_urls
from wellheard.portal.urls import urlpatterns as portal

urlpatterns = [
    path("cases/", include("wellheard.cases.urls")),
    path("", include(([*public, *portal], "portal"))),
    *real_urls,
]
