"""The public side's own pages: its colours, and the ways to be heard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from wellheard.core.models.organisation import Organisation
from wellheard.portal.colours import brand_of, stylesheet
from wellheard.portal.context import brand

A_YEAR = 365 * 24 * 3600
FIVE_MINUTES = 300


def _etag(request: HttpRequest) -> str:
    return quote_etag(Organisation.current().colour)


@require_safe
@condition(etag_func=_etag)
def colours(request: HttpRequest) -> HttpResponse:
    """The organisation's colours as CSS; kept for a year under an address that names the colour, else for minutes."""
    colour = Organisation.current().colour
    response = HttpResponse(stylesheet(brand_of(colour)), content_type="text/css; charset=utf-8")
    if request.GET.get("v") == colour.lstrip("#"):
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=FIVE_MINUTES)
    return response


@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    """The ways to be heard, for everybody."""
    return render(request, "portal/ways.html", brand(request))
