"""Asking, answering, and scores that say how sure they are."""
