"""What the worker does for customers: a module a topic; the import registers the jobs."""

from wellheard.customers.jobs import buying, parties, segments

__all__ = ["buying", "parties", "segments"]
