"""Requirements and editions: data in the YAML files beside this one, read and checked once."""

from wellheard.evidence.standards.editions import (
    DEFAULT_EDITION,
    Edition,
    Fresh,
    Listed,
    Nothing,
    Requirement,
    editions,
    get_edition,
    requirements,
)

__all__ = [
    "DEFAULT_EDITION",
    "Edition",
    "Fresh",
    "Listed",
    "Nothing",
    "Requirement",
    "editions",
    "get_edition",
    "requirements",
]
