"""The public addresses of cases; the portal includes them."""

from django.urls import path

from wellheard.cases.portal import complain, status

urlpatterns = [
    path("complain/", complain, name="complain"),
    path("c/<str:reference>/<str:secret>/", status, name="status"),
]
