"""Complaints, handled to a fair end."""
