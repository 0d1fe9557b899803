"""The one reader of vCards: 2.1, 3.0 and 4.0, as phones, mail programs and CRMs write them."""

from wellheard.ground.vcard.contact import Contact, PostalAddress, Reach, contact_of
from wellheard.ground.vcard.reading import Card, Cards, Fault, looks_like_cards, read_cards

__all__ = [
    "Card",
    "Cards",
    "Contact",
    "Fault",
    "PostalAddress",
    "Reach",
    "contact_of",
    "looks_like_cards",
    "read_cards",
]
