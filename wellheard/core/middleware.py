"""What holds for every request of a member."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member

SAFE = {"GET", "HEAD", "OPTIONS"}
ALLOWED_TO_READERS = ("/account/logout/", "/account/theme/")


class MemberMiddleware:
    """Shows times in the zone of the member's site; refuses every write of a read-only account; turns a refusal that no
    page caught into a page that says what happened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL refuses NUL even in a question, so whatever page reads the address would break: none has it in its path,
        # and among what is asked for it means nothing.
        if "\x00" in request.path:
            raise BadRequest("The address holds the character NUL.")
        if "%00" in (asked := request.META.get("QUERY_STRING", "")):
            request.META["QUERY_STRING"] = asked.replace("%00", "")
            request.__dict__.pop("GET", None)
        member = request.user if isinstance(request.user, Member) and request.user.is_authenticated else None
        if member is None:
            return self.get_response(request)
        if request.method not in SAFE and request.path not in ALLOWED_TO_READERS and member.is_read_only:
            return self._refused(request, "Your account may look at everything here and change nothing.", 403)
        has_ended = member.read_only_until is not None and member.read_only_until < timezone.localdate()
        if has_ended and request.path not in ALLOWED_TO_READERS:
            return self._refused(request, "This auditor account ended. Ask the organisation if you need it again.", 403)
        zone = member.site.time_zone if member.site_id and member.site else ""
        with timezone.override(zoneinfo.ZoneInfo(zone) if zone else None):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return self._refused(request, exception.sentence, 403 if exception.code == "not_allowed" else 409)
        return None

    def _refused(self, request: HttpRequest, sentence: str, status: int) -> HttpResponse:
        return render(
            request, "core/refused.html", {"sentence": sentence, "back": _page_before(request)}, status=status
        )


def _page_before(request: HttpRequest) -> str:
    """The page of ours on which the button was pressed; empty when that is not known."""
    before = urlsplit(request.headers.get("Referer", ""))
    if request.method in SAFE or before.netloc != request.get_host() or before.path == request.path:
        return ""
    address = urlunsplit(("", "", before.path, before.query, ""))
    return address if url_has_allowed_host_and_scheme(address, None) else ""
