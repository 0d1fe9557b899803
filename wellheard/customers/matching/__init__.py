"""Finding customers that may be one: before one is added, and in a scan over all of them."""

from wellheard.customers.matching.describing import described_accounts, described_people
from wellheard.customers.matching.likely import Likely, likely_same
from wellheard.customers.matching.scanning import ENOUGH, Found, scan

__all__ = ["ENOUGH", "Found", "Likely", "described_accounts", "described_people", "likely_same", "scan"]
