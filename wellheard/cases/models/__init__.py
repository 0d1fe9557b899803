"""What a case is, what was said and done in it, and the promises that its clocks run on."""

from wellheard.cases.models.case import Case, Channel, Finding, Kind, Outcome, Settled, Severity
from wellheard.cases.models.entry import Entry
from wellheard.cases.models.promise import ClockRule, Unit

__all__ = ["Case", "Channel", "ClockRule", "Entry", "Finding", "Kind", "Outcome", "Settled", "Severity", "Unit"]
