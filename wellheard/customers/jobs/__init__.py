"""What the worker does for customers: a module a topic; the import registers the jobs."""

from wellheard.customers.jobs import buying, directory, duplicates, messages, parties, privacy, segments

__all__ = ["buying", "directory", "duplicates", "messages", "parties", "privacy", "segments"]
