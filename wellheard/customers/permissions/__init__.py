"""Who may do what with our customers. Each topic declares its own."""

from wellheard.customers.permissions import (
    buying,
    consent,
    conversations,
    directory,
    duplicates,
    imports,
    messages,
    parties,
    privacy,
    segments,
)

__all__ = [
    "buying",
    "consent",
    "conversations",
    "directory",
    "duplicates",
    "imports",
    "messages",
    "parties",
    "privacy",
    "segments",
]
