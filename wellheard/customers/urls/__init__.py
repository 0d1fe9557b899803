"""Addresses below /customers/, a module a topic."""

from wellheard.customers.urls import (
    buying,
    consent,
    conversations,
    directory,
    duplicates,
    imports,
    messages,
    parties,
    privacy,
    segments,
)

app_name = "customers"
urlpatterns = [
    *directory.urlpatterns,
    *conversations.urlpatterns,
    *consent.urlpatterns,
    *messages.urlpatterns,
    *segments.urlpatterns,
    *buying.urlpatterns,
    *parties.urlpatterns,
    *imports.urlpatterns,
    *duplicates.urlpatterns,
    *privacy.urlpatterns,
]
