"""Public answers leave the members' middleware aside: no session, no cookie, no account is needed to answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from wellheard.surveys.portal import answer_page

PREFIX = "/a/"


class PublicAnswers:
    """Answers `/a/<token>/` at once; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, slash, rest = request.path_info.removeprefix(PREFIX).partition("/")
        if request.path_info.startswith(PREFIX) and slash and not rest:
            return answer_page(request, token)
        return self.get_response(request)
