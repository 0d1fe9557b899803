"""Customers for programs: read, brought up to date by the ids of another program, and followed by a cursor."""

from ninja import Router

from wellheard.customers.api.changes import router as of_changes
from wellheard.customers.api.consents import router as of_consents
from wellheard.customers.api.conversations import router as of_conversations
from wellheard.customers.api.directory import router as of_directory
from wellheard.customers.api.duplicates import router as of_duplicates
from wellheard.customers.api.orders import router as of_orders
from wellheard.customers.api.parties import router as of_parties
from wellheard.customers.api.segments import router as of_segments

router = Router()
for each in (
    of_directory,
    of_conversations,
    of_consents,
    of_segments,
    of_parties,
    of_orders,
    of_duplicates,
    of_changes,
):
    router.add_router("", each)

__all__ = ["router"]
