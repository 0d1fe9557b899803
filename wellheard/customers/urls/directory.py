"""The addresses of accounts and people."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages import ACCOUNT_PEOPLE, ACCOUNTS, PEOPLE
from wellheard.customers.views import directory as views
from wellheard.customers.views import fields, reaching

ACCOUNT, PERSON = {"about": "account"}, {"about": "person"}

urlpatterns = [
    path("", list_view(ACCOUNTS), name="list"),
    path("new/", views.new_account, name="new"),
    path("<int:pk>/", views.account, name="detail"),
    path("<int:pk>/edit/", views.edit_account, name="edit"),
    path("<int:pk>/people/", list_view(ACCOUNT_PEOPLE), name="account-people"),
    path("<int:pk>/reach/new/", reaching.new_point, ACCOUNT, name="new-account-point"),
    path("<int:pk>/addresses/new/", reaching.new_address, ACCOUNT, name="new-account-address"),
    path("<int:pk>/standing/", reaching.standing, ACCOUNT, name="account-standing"),
    path("<int:pk>/tags/", reaching.tags, ACCOUNT, name="account-tags"),
    path("people/", list_view(PEOPLE), name="people"),
    path("people/new/", views.new_person, name="new-person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit_person, name="edit-person"),
    path("people/<int:pk>/reach/new/", reaching.new_point, PERSON, name="new-person-point"),
    path("people/<int:pk>/addresses/new/", reaching.new_address, PERSON, name="new-person-address"),
    path("people/<int:pk>/affiliations/new/", reaching.new_affiliation, name="new-affiliation"),
    path("people/<int:pk>/standing/", reaching.standing, PERSON, name="person-standing"),
    path("people/<int:pk>/tags/", reaching.tags, PERSON, name="person-tags"),
    path("reach/<int:pk>/", reaching.point, name="point"),
    path("addresses/<int:pk>/", reaching.address, name="address"),
    path("affiliations/<int:pk>/", reaching.affiliation, name="affiliation"),
    path("fields/", fields.fields, name="fields"),
    path("fields/new/", fields.new_field, name="new-field"),
    path("fields/<int:pk>/", fields.field, name="field"),
]
