"""Figures of buying, kept up: every night, and soon after an import that was too large to do it at once."""

from datetime import timedelta

from django.utils import timezone

from wellheard.core.actors import System
from wellheard.core.jobs import every
from wellheard.core.models import ImportBatch
from wellheard.customers.actions.buying import cut_rfm, look_at_buying
from wellheard.customers.models import BuyingLook, Order, RfmCut

BUYING = System("buying")
CUT_AFTER = timedelta(days=30)


@every(seconds=24 * 3600)
def look_every_night() -> None:
    """The last 12 months move with every day; so do the limits between RFM scores, every 30 days once somebody set them."""
    if not Order.objects.exists():
        return
    now = timezone.now()
    look_at_buying(BUYING, at=now)
    for currency in RfmCut.objects.order_by("currency").values_list("currency", flat=True).distinct():
        newest = RfmCut.objects.filter(currency=currency).order_by("-at", "-pk").first()
        if newest is not None and newest.at <= now - CUT_AFTER:
            cut_rfm(BUYING, at=now, currency=currency)


@every(seconds=60)
def look_after_import() -> None:
    """Orders came or went since the last look."""
    last = BuyingLook.objects.order_by("-at", "-pk").first()
    batches = ImportBatch.objects.filter(import_kind="transactions").exclude(status=ImportBatch.Status.TRIED)
    if last is not None:
        batches = batches.filter(at__gt=last.at) | batches.filter(undone_at__gt=last.at)
    if batches.exists():
        look_at_buying(BUYING, at=timezone.now())
