"""The lists of customers, a module a topic."""

from wellheard.customers.pages.directory import ACCOUNT_PEOPLE, ACCOUNTS, PEOPLE

__all__ = ["ACCOUNTS", "ACCOUNT_PEOPLE", "PEOPLE"]
