"""What `customers` itself, and the outbox, keep about a person."""

from wellheard.customers.own_holdings import bookkeeping, decisions, directory, talk
from wellheard.customers.own_holdings.naming import known_of
from wellheard.customers.own_holdings.plain import plain_holding


def register() -> None:
    """Say what is kept here."""
    for part in (directory, talk, bookkeeping, decisions):
        part.register()


__all__ = ["known_of", "plain_holding", "register"]
