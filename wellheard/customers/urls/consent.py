"""The addresses of consent."""

from django.urls import path

from wellheard.customers.views import consent as views

urlpatterns = [
    path("people/<int:pk>/consents/", views.consents, name="consents"),
    path("mailings/purposes/", views.purposes, name="purposes"),
    path("mailings/purposes/<int:pk>/", views.purpose, name="purpose"),
    path("mailings/suppressions/", views.suppressions, name="suppressions"),
    path("mailings/suppressions/add/", views.suppress_address, name="suppress"),
    path("mailings/suppressions/<int:pk>/lift/", views.lift, name="lift-suppression"),
]
