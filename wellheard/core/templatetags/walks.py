"""From a record to the walk of its thread, for those who look at the evidence."""

from django import template
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from wellheard.core import access
from wellheard.core.links import key_of

register = template.Library()
SEE_EVIDENCE = "evidence.see_evidence"


@register.simple_tag(takes_context=True)
def walk_url(context: template.RequestContext, record: Model | None) -> str:
    """Where the reader can walk the thread of this record; empty for those who don't look at the evidence."""
    member = getattr(context.get("request"), "user", None)
    if record is None or member is None or SEE_EVIDENCE not in access.TABLE or not member.is_authenticated:
        return ""
    if not access.may(member, SEE_EVIDENCE):
        return ""
    try:
        return reverse("evidence:thread", args=key_of(record))
    except NoReverseMatch:  # a test of one part has that part's addresses only
        return ""
