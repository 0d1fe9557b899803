"""The API: the same verbs as the pages, the same refusals. Faults are `application/problem+json`."""

from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from wellheard import __version__
from wellheard.api.auth import Key, MemberSession
from wellheard.api.reading import KeepableParser
from wellheard.cases.api import router as cases
from wellheard.core.errors import NotAllowed, Refusal
from wellheard.customers.api import router as customers
from wellheard.feedback.api import router as feedback
from wellheard.improvement.api import router as improvement
from wellheard.surveys.api import router as surveys

DOCS = "/api/v1/docs"

api = NinjaAPI(
    title="Wellheard",
    version=__version__,
    description="Everything that the pages do, for programs. Sign in with a key: `Authorization: Bearer wh_…`.",
    auth=[Key(), MemberSession()],
    urls_namespace="api",
    parser=KeepableParser(),
)
api.add_router("/surveys", surveys, tags=["surveys"])
api.add_router("/feedback", feedback, tags=["feedback"])
api.add_router("/cases", cases, tags=["cases"])
api.add_router("/customers", customers, tags=["customers"])
api.add_router("/improvement", improvement, tags=["improvement"])


def problem(request: HttpRequest, status: int, title: str, detail: Any, **more: Any) -> HttpResponse:
    """A fault as RFC 9457 has it."""
    response = api.create_response(request, {"status": status, "title": title, "detail": detail, **more}, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Refusal)
def refused(request: HttpRequest, fault: Refusal) -> HttpResponse:
    status = 403 if isinstance(fault, NotAllowed) else 409
    return problem(request, status, "Refused", fault.sentence, code=fault.code, field=fault.field)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, fault: Http404) -> HttpResponse:
    return problem(request, 404, "Not found", "There is nothing here, or nothing that you may see.")


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Programs read problems, not pages: also where there is no such address."""
    return problem(request, 404, "Not found", f"There is no such address. What there is stands at {DOCS}.")


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    return problem(
        request, 422, "Not understood", "Some fields are missing or wrong; nothing was changed.", errors=fault.errors
    )


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """What the framework refuses by itself: a body that is no JSON, a session without its page's token."""
    title = "Not understood" if fault.status_code == 400 else "Refused"
    return problem(request, fault.status_code, title, f"{fault}. Nothing was changed.")


@api.exception_handler(DataError)
@api.exception_handler(OverflowError)
def too_large(request: HttpRequest, fault: DataError | OverflowError) -> HttpResponse:
    return problem(
        request, 422, "Not understood", "A number is larger than any that is kept here; nothing was changed."
    )


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "Sign in", "Send a key as “Authorization: Bearer wh_…”, or sign in.")
