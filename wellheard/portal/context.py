"""What the public pages' shell needs."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from wellheard.core.models.organisation import Organisation


def brand(request: HttpRequest) -> dict[str, Any]:
    """`brand_css_url`: the organisation's colours, under an address that changes with them. Read only when used."""
    return {"brand_css_url": SimpleLazyObject(brand_css_url)}


def brand_css_url() -> str:
    """The address of the stylesheet with the organisation's colours, as browsers may keep it."""
    return f"{reverse('portal:colours')}?v={Organisation.current().colour.lstrip('#')}"
