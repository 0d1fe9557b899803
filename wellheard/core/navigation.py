"""The side navigation. Apps register their places; a member sees those they may use."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from wellheard.core import access
from wellheard.core.models.members import Member

logger = logging.getLogger(__name__)
SECTIONS = ("", "Listen", "Know", "Act", "Lead", "Show")


@dataclass(frozen=True)
class Place:
    """A place in the navigation: `section` one of SECTIONS, `permission` to see it, `count` of what waits there.

    `besides` names further addresses: on the pages there and below one is at this place, too.
    """

    section: str
    label: str
    url_name: str
    order: int = 50
    permission: str = ""
    count: Callable[[Member], int] | None = None
    besides: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.section not in SECTIONS:
            raise ValueError(f"{self.label}: the navigation has no section “{self.section}”")

    def waiting(self, member: Member) -> int | None:
        """How much waits there for this member; None when nothing is counted, or the counting failed: the pages go on."""
        try:
            return self.count(member) if self.count else None
        except Exception:
            logger.exception("%s could not be counted for the navigation", self.label)
            return None


_places: list[Place] = []


def register_place(place: Place) -> None:
    """Add a place; called from an app's `ready()`."""
    if place not in _places:
        _places.append(place)


def navigation_for(member: Member, path: str) -> list[dict[str, Any]]:
    """The sections with their places for this member; the current one is the longest address that `path` starts with."""
    rows = []
    for place in sorted(_places, key=lambda each: (SECTIONS.index(each.section), each.order, each.label)):
        if place.permission and not access.may(member, place.permission):
            continue
        try:
            url = reverse(place.url_name)
        except NoReverseMatch:
            continue
        rows.append((place, url))
    leads = {address: url for place, url in rows for address in (url, *map(reverse, place.besides))}
    here = max((each for each in leads if path == each or (each != "/" and path.startswith(each))), key=len, default="")
    return [
        {
            "label": section,
            "places": [
                {
                    "label": place.label,
                    "url": url,
                    "current": url == leads.get(here),
                    "count": place.waiting(member),
                }
                for place, url in rows
                if place.section == section
            ],
        }
        for section in SECTIONS
        if any(place.section == section for place, _ in rows)
    ]
