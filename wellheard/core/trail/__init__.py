"""The trail: append-only, hash-chained, verifiable outside of the system. See docs/adr/0004."""
