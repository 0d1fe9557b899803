"""The evidence pack: one file that an auditor reads and checks without us."""

from wellheard.evidence.pack.content import Pack, write_pack

__all__ = ["Pack", "write_pack"]
