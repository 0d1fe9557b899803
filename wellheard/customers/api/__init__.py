"""Customers for programs: read, brought up to date by the ids of another program, and followed by a cursor."""

from ninja import Router

from wellheard.customers.api.changes import router as changes
from wellheard.customers.api.consents import router as consents
from wellheard.customers.api.conversations import router as conversations
from wellheard.customers.api.directory import router as directory
from wellheard.customers.api.duplicates import router as duplicates
from wellheard.customers.api.orders import router as orders
from wellheard.customers.api.parties import router as parties
from wellheard.customers.api.segments import router as segments

router = Router()
for each in (directory, conversations, consents, segments, parties, orders, duplicates, changes):
    router.add_router("", each)

__all__ = ["router"]
