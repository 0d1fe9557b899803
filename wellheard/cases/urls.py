"""Addresses below /cases/."""

from django.urls import path

from wellheard.cases.pages import CASES
from wellheard.cases.views import record, writing
from wellheard.cases.views.steps import STEPS
from wellheard.core.lists import list_view

app_name = "cases"
urlpatterns = [
    path("", list_view(CASES), name="list"),
    path("new/", writing.new, name="new"),
    path("promises/", writing.promises, name="promises"),
    path("<int:pk>/", record.detail, name="detail"),
    path("<int:pk>/links/<int:link>/looked/", record.looked_again, name="looked-again"),
    *(path(f"<int:pk>/{address}/", record.take_step, {"address": address}, name=address) for address in STEPS),
]
