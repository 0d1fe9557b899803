"""Addresses to which only a form sends: whoever opens one is led to the page with the form."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve

SENT_FROM_HERE = (
    "Nothing was saved: you were signed out, or opened the address by itself. This is the page that sends it."
)


class BackToTheForm:
    """A sign-in that ran out while somebody typed leads, after the new sign-in, to the address that they had sent to. Opened
    like a page, it has none: browsers show an error of their own. The page above it is the one with the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or not _is_person(request):
            return response
        above = page_above(request.path)
        if above == request.path:
            return response
        messages.warning(request, SENT_FROM_HERE)
        return HttpResponseRedirect(above)


def _is_person(request: HttpRequest) -> bool:
    # A browser names HTML when it opens a page; a program that takes anything is better told the truth.
    names_html = "text/html" in request.headers.get("Accept", "")
    return request.user.is_authenticated and names_html and not request.path.startswith("/api/")


def page_above(path: str) -> str:
    """The nearest address above this one that there is: `/cases/12/` for `/cases/12/answer/`."""
    parts = path.strip("/").split("/")
    for kept in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:kept])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
