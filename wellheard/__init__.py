"""Wellheard: the customer-focus system for organisations that work to ISO 9001."""

__version__ = "0.1.0"
