"""The addresses of interested parties."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages.parties import PARTIES
from wellheard.customers.views import needs, parties, party_overview

urlpatterns = [
    path("parties/", list_view(PARTIES), name="parties"),
    path("parties/new/", parties.new_party, name="new-party"),
    path("parties/starters/", party_overview.starters, name="party-starters"),
    path("parties/picture/", party_overview.picture, name="party-picture"),
    path("parties/<int:pk>/", parties.party, name="party"),
    path("parties/<int:pk>/edit/", parties.edit_party, name="edit-party"),
    path("parties/<int:pk>/climate/", parties.climate, name="party-climate"),
    path("parties/<int:pk>/review/", parties.review, name="review-party"),
    path("parties/<int:pk>/retired/", parties.retire, name="retire-party"),
    path("parties/<int:pk>/returned/", parties.bring_back, name="return-party"),
    path("parties/<int:pk>/needs/", needs.new_need, name="new-need"),
    path("parties/needs/<int:pk>/", needs.need, name="need"),
    path("parties/needs/<int:pk>/measure/", needs.measure, name="measure-need"),
    path("parties/needs/<int:pk>/retired/", needs.retire, name="retire-need"),
]
