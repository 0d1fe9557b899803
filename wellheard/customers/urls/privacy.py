"""The addresses of data care and privacy."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages.privacy import HOLDS, REQUESTS
from wellheard.customers.views import privacy as views

urlpatterns = [
    path("care/", views.care, name="care"),
    path("privacy/", list_view(REQUESTS), name="privacy-requests"),
    path("privacy/<int:pk>/", views.privacy_request, name="privacy-request"),
    path("privacy/<int:pk>/step/", views.decide, name="decide-request"),
    path("people/<int:pk>/privacy/", views.new_request, name="new-privacy-request"),
    path("holds/", list_view(HOLDS), name="holds"),
    path("holds/<str:about>/<int:pk>/", views.new_hold, name="new-hold"),
    path("retention/", views.retention, name="retention"),
    path("retention/<str:key>/", views.retention_rule, name="retention-rule"),
]
