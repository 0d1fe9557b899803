"""Public answers leave the members' middleware aside: no session, no cookie, no account is needed to answer.

It stands first, so it says itself what the middleware that it passes by would have said: the headers that keep a page safe
are the same for each of these pages, and are put together once.
"""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect

from wellheard.surveys.portal import answer_page

PREFIX = "/a/"


class PublicAnswers:
    """Answers `/a/<token>/` at once; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": build_policy(),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": str(settings.X_FRAME_OPTIONS),
            "Referrer-Policy": str(settings.SECURE_REFERRER_POLICY),
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if settings.SECURE_HSTS_SECONDS:
            self.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(PREFIX):
            return self.get_response(request)
        token, slash, rest = path[len(PREFIX) :].partition("/")
        if not slash or rest:
            return self.get_response(request)
        request.get_host()  # refuses a host that is not ours
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return HttpResponsePermanentRedirect(request.build_absolute_uri().replace("http://", "https://", 1))
        response = answer_page(request, token)
        if isinstance(response, HttpResponse):
            response.headers["Content-Length"] = str(len(response.content))
        for name, value in self.headers.items():
            response.headers[name] = value
        return response
