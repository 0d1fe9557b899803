"""The addresses of consent."""

from django.urls import path

from wellheard.customers.views import consent as views

urlpatterns = [
    path("people/<int:pk>/consents/", views.consents, name="consents"),
    path("purposes/", views.purposes, name="purposes"),
    path("purposes/<int:pk>/", views.purpose, name="purpose"),
    path("suppressions/", views.suppressions, name="suppressions"),
    path("suppressions/add/", views.suppress_address, name="suppress"),
    path("suppressions/<int:pk>/lift/", views.lift, name="lift-suppression"),
]
