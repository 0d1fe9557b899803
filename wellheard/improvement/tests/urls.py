"""Every real address, with ours among them."""

from django.urls import include, path

from wellheard.config.urls import urlpatterns as real

urlpatterns = [
    path("improvement/", include("wellheard.improvement.urls")),
    path("measures/", include("wellheard.measures.urls")),
    *real,
]
