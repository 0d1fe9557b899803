"""Why we write: the purposes that are shipped, and which purpose a mail in the outbox has.

Mails name their purpose in words of their own (“acknowledgement”, “you said, we did”). Apps above say with
`register_mail_purpose` which of them belong to a purpose that customers decide about; every other mail is a service.
"""

from dataclasses import dataclass

from wellheard.customers.models import Purpose

SERVICE, SURVEYS, NEWS, OFFERS = "service", "surveys", "news", "offers"
Ground = Purpose.Ground

SHIPPED: dict[str, str] = {
    SERVICE: Ground.SERVICE,
    SURVEYS: Ground.INTEREST,
    NEWS: Ground.INTEREST,
    OFFERS: Ground.CONSENT,
}
"""The purposes of every organisation, with their ground, in the order in which customers read them."""

_purpose_of_mail: dict[str, str] = {}


def register_mail_purpose(mail: str, key: str) -> None:
    """Mails that the outbox names `mail` are sent for the purpose `key`; called from an app's `ready()`."""
    _purpose_of_mail[mail] = key


@dataclass(frozen=True)
class Purposes:
    """All purposes as they are now, read in one query; those that are shipped are known even before they are set up."""

    rows: dict[str, Purpose]

    @classmethod
    def present(cls) -> "Purposes":
        return cls({each.key: each for each in Purpose.objects.order_by("position", "pk")})

    def ground(self, key: str) -> str:
        """On which ground we write for this purpose. Raises ValueError for a purpose that there is not."""
        row = self.rows.get(key)
        if row is not None:
            return row.ground
        if key not in SHIPPED:
            raise ValueError(f"There is no purpose called “{key}”.")
        return str(SHIPPED[key])

    def of_mail(self, mail: str) -> str:
        """The key of the purpose of a mail that the outbox names so; what nobody registered answers somebody's own words."""
        key = _purpose_of_mail.get(mail, mail)
        return key if key in self.rows or key in SHIPPED else SERVICE

    def decided_by_customers(self) -> set[str]:
        """How the outbox names the mails that customers may refuse."""
        keys = {key for key in (*SHIPPED, *self.rows) if self.ground(key) != Ground.SERVICE}
        return keys | {mail for mail, key in _purpose_of_mail.items() if key in keys}
