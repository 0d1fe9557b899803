"""The addresses of imports."""

from django.urls import URLPattern, path

from wellheard.core.lists import list_view
from wellheard.customers.pages.imports import CHANGES, IMPORTS, SOURCES
from wellheard.customers.views import imports

urlpatterns: list[URLPattern] = [
    path("imports/", list_view(IMPORTS), name="imports"),
    path("imports/sources/", list_view(SOURCES), name="import-sources"),
    path("imports/sources/<int:pk>/", imports.source, name="import-source"),
    path("imports/sources/<int:pk>/forget/", imports.forget, name="forget-source"),
    path("imports/proposals/", imports.proposals, name="unsubscribes"),
    path("imports/proposals/look-up/", imports.look_up, name="look-up-unsubscribes"),
    path("imports/rows/<str:reference>/", list_view(CHANGES), name="import-rows"),
    path("imports/rejected/<str:reference>/", imports.rejected, name="import-rejected"),
    path("imports/contacts/", imports.bring, {"kind": "contacts"}, name="import-contacts"),
    path("imports/unsubscribes/", imports.bring, {"kind": "unsubscribes"}, name="import-unsubscribes"),
    path("imports/transactions/", imports.bring, {"kind": "transactions"}, name="import-transactions"),
    path("imports/<slug:kind>/", imports.bring, name="import"),
    path("imports/<slug:kind>/<str:reference>/", imports.batch, name="import-batch"),
    path("imports/<slug:kind>/<str:reference>/undo/", imports.undo, name="undo-import"),
]
