"""The addresses of accounts and people."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages import ACCOUNTS
from wellheard.customers.views import directory as views

urlpatterns = [
    path("", list_view(ACCOUNTS), name="list"),
    path("new/", views.new_account, name="new"),
    path("<int:pk>/", views.account, name="detail"),
    path("<int:pk>/edit/", views.edit_account, name="edit"),
    path("people/new/", views.new_person, name="new-person"),
    path("people/<int:pk>/", views.person, name="person"),
]
