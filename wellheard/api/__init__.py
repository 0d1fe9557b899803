"""One API."""
