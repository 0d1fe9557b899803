"""What somebody gets from us as it stands now: what the preference centre shows, and the card on their page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wellheard.customers.models import Consent, ConsentText, Person, Purpose
from wellheard.customers.public_words import in_language
from wellheard.customers.purposes import SURVEYS, Ground


@dataclass(frozen=True)
class Standing:
    """One purpose for one person: whether they get it as far as this purpose goes, and who decided that when."""

    purpose: Purpose
    is_wanted: bool
    decision: str = ""
    decided_at: datetime | None = None
    source: str = ""
    text: ConsentText | None = None

    def name(self, language: str) -> str:
        """The purpose in a language that they read."""
        return in_language(self.purpose.name, language) or self.purpose.key

    def about(self, language: str) -> str:
        """What one gets, in a language that they read."""
        return in_language(self.purpose.about, language)

    @property
    def is_service(self) -> bool:
        return self.purpose.ground == Ground.SERVICE


def standings_of(person: Person) -> list[Standing]:
    """Every purpose in use, in its order; `text` is the newest wording, the one that a decision of today is about."""
    newest: dict[int, ConsentText] = {}
    for text in ConsentText.objects.filter(purpose__retired_at=None).order_by("-version"):
        newest.setdefault(text.purpose_id, text)
    found = []
    decided = _decisions_of(person)
    for purpose in Purpose.objects.filter(retired_at=None).order_by("position", "pk"):
        decision, moment, source = decided.get(purpose.pk, ("", None, ""))
        wanted = purpose.ground == Ground.SERVICE or (
            decision == Consent.Decision.GIVEN if decision else purpose.ground == Ground.INTEREST
        )
        if purpose.key == SURVEYS and person.do_not_ask:
            wanted = False
        found.append(Standing(purpose, wanted, decision, moment, source, newest.get(purpose.pk)))
    return found


def _decisions_of(person: Person) -> Mapping[int, tuple[str, datetime, str]]:
    found: dict[int, tuple[str, datetime, str]] = {}
    rows = Consent.objects.filter(person=person).order_by("-at", "-pk")
    for purpose, decision, moment, source in rows.values_list("purpose_id", "decision", "at", "source"):
        found.setdefault(purpose, (decision, moment, source))
    return found
