"""The public addresses of customers; the portal includes them."""

from django.urls import path

from wellheard.customers import portal

urlpatterns = [
    path("u/<str:token>/", portal.unsubscribe_page, name="unsubscribe"),
    path("m/<str:token>/", portal.preferences_page, name="preferences"),
]
