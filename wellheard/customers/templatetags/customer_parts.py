"""`{% customer_part part %}` draws a section that an app registered with `customers.parts`."""

from collections.abc import Mapping
from typing import Any

from django.template import Context, Library
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = Library()


@register.simple_tag(takes_context=True)
def customer_part(context: Context, part: Mapping[str, Any]) -> SafeString:
    """The section's template with what its `build` gave, beside what the page knows (`member`, `csrf_token`, …)."""
    template: Any = get_template(part["template"])
    with context.push(**part["context"]):
        return SafeString(template.template.render(context))
