"""The product's addresses, with feedback's own in front: these tests don't depend on where the house puts them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from wellheard.config.urls import urlpatterns as real_urls
from wellheard.core.errors import Refusal
from wellheard.core.views import member_of
from wellheard.feedback.api import router

api = NinjaAPI(urls_namespace="feedback-tests", auth=lambda request: member_of(request).is_authenticated)
api.add_router("/feedback", router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, fault: Refusal) -> HttpResponse:
    return api.create_response(request, {"detail": fault.sentence, "field": fault.field}, status=409)


urlpatterns = [
    path("feedback/", include("wellheard.feedback.urls")),
    path("customers/", include("wellheard.customers.urls")),
    path("tests-api/", api.urls),
    path("", include(("wellheard.feedback.portal_urls", "portal"))),
    *real_urls,
]
