"""The style sheet page: every component in all its states, from plain data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide.html", {})
