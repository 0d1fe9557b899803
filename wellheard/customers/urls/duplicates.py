"""The addresses of duplicates."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages.duplicates import MERGES, PAIRS
from wellheard.customers.views import duplicates as views

urlpatterns = [
    path("duplicates/", list_view(PAIRS), name="duplicates"),
    path("duplicates/look/", views.look, name="look-for-duplicates"),
    path("duplicates/<int:pk>/", views.pair, name="pair"),
    path("merges/", list_view(MERGES), name="merges"),
    path("merges/<int:pk>/", views.merge_page, name="merge"),
    path("merges/<str:about>/<int:pk>/", views.merge_with, name="merge-with"),
    path("merges/<str:about>/<int:kept>/<int:gone>/", views.merge_two, name="merge-two"),
]
