"""The lists of customers, a module a topic."""

from wellheard.customers.pages.directory import ACCOUNTS

__all__ = ["ACCOUNTS"]
