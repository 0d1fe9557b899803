"""The public side: what customers open, without an account. The apps bring their pages."""

from django.urls import path

from wellheard.cases import portal_urls as cases
from wellheard.customers import portal_urls as customers
from wellheard.feedback import portal_urls as feedback
from wellheard.portal import views
from wellheard.surveys import portal_urls as surveys

app_name = "portal"
urlpatterns = [
    path("brand.css", views.colours, name="colours"),
    path("p/", views.ways, name="ways"),
    *cases.urlpatterns,
    *customers.urlpatterns,
    *feedback.urlpatterns,
    *surveys.urlpatterns,
]
