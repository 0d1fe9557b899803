"""Who sees what customers buy."""

from wellheard.core.access import declare
from wellheard.customers.models import Order
from wellheard.customers.permissions.roles import READERS

declare("customers.see_order", Order, READERS)
