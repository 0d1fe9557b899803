"""Addresses of evidence."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.evidence import views
from wellheard.evidence.trail_page import TRAIL

app_name = "evidence"
urlpatterns = [
    path("", views.home, name="home"),
    path("requirement/<str:slug>/", views.requirement, name="requirement"),
    path("requirement/<str:slug>/items.csv", views.requirement_items, name="items"),
    path("pack/", views.take_pack, name="pack"),
    path("thread/<str:kind>/<int:pk>/", views.thread, name="thread"),
    path("trail/", list_view(TRAIL), name="trail"),
    path("trail/check/", views.check_now, name="check"),
    path("trail/export/", views.export_trail, name="export"),
    path("trail/verifier.py", views.checker, name="verifier"),
    path("trail/<str:kind>/<int:pk>/", views.record_trail, name="record_trail"),
]
