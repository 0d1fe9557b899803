"""What is known about a customer, as their page shows it: a constant number of queries, whatever there is."""

from typing import Any

from django.db.models import Case, When
from django.db.models.functions import Lower
from django.urls import reverse

from wellheard.core.links import may_see
from wellheard.core.models import Member
from wellheard.customers.custom import about_of, value_in_words
from wellheard.customers.models import (
    Account,
    Address,
    Affiliation,
    ContactPoint,
    CustomField,
    ExternalId,
    Lifecycle,
    Person,
)
from wellheard.customers.values import COUNTRIES
from wellheard.customers.words import language_name, preferences

SHOWN_PEOPLE = 20
TONES = {Lifecycle.AT_RISK: "wait", Lifecycle.LOST: "worse", Lifecycle.WON_BACK: "better"}
What = ContactPoint.What


def known_about(record: Account | Person, member: Member) -> dict[str, Any]:
    """Everything but the story: standing, facts, ways to reach them, addresses, whom they speak for, own fields, ids."""
    about = about_of(record)
    mine = {about: record}
    points = [
        _point(each) for each in ContactPoint.objects.visible_to(member).filter(**mine).order_by("-is_main", "pk")
    ]
    return {
        "about": about,
        "standing": Lifecycle(record.lifecycle).label.capitalize(),
        "standing_tone": TONES.get(Lifecycle(record.lifecycle), ""),
        "reason": record.lifecycle_reason,
        "since": record.lifecycle_since if record.lifecycle_reason else None,
        "tags": record.tags,
        "facts": _facts_of_account(record, member) if isinstance(record, Account) else _facts_of_person(record),
        "points": [each for each in points if not each["is_former"]],
        "former": [each for each in points if each["is_former"]],
        "addresses": [
            {"words": str(each), "use": each.use, "pk": each.pk}
            for each in Address.objects.visible_to(member).filter(**mine).order_by("pk")
        ],
        "affiliations": _affiliations(record, member) if isinstance(record, Person) else [],
        "own": _own(about, record),
        "ids": [
            {"label": each.source, "value": each.value}
            for each in ExternalId.objects.visible_to(member).filter(**mine).order_by("source", "pk")
        ],
    }


def people_of(account: Account, member: Member) -> dict[str, Any]:
    """The people who speak for an account, the first by name, and how many more there are."""
    rows = (
        Affiliation.objects.visible_to(member)
        .filter(account=account, until__isnull=True, person__merged_into__isnull=True, person__erased_at__isnull=True)
        .select_related("person")
        # By the name as an expression: else SQLite walks through everybody by name to find these few. The nameless come last.
        .order_by(Case(When(person__name="", then=1), default=0), Lower("person__name"), "pk")
    )
    # Whom the member may see is asked of these few: asked of the database, it would go through everybody.
    some = [each for each in rows[: SHOWN_PEOPLE + 1] if may_see(member, each.person)]
    return {
        "first": [
            {
                "title": str(each.person),
                "url": each.person.get_absolute_url(),
                "note": ". ".join(filter(None, (_role_words(each), preferences(each.person)))),
            }
            for each in some[:SHOWN_PEOPLE]
        ],
        "more": reverse("customers:account-people", args=[account.pk]) if len(some) > SHOWN_PEOPLE else "",
    }


def _point(point: ContactPoint) -> dict[str, Any]:
    notes = [
        point.use,
        "main" if point.is_main else "",
        "several people read it" if point.is_shared else "",
        "" if point.is_valid else "no number that could be dialled",
    ]
    links = {
        What.EMAIL: f"mailto:{point.value}",
        What.PHONE: f"tel:{point.key}" if point.is_valid else "",
        What.WEBSITE: point.value if point.value.lower().startswith("http") else f"https://{point.value}",
    }
    return {
        "pk": point.pk,
        "value": point.value,
        "link": links[What(point.what)],
        "notes": ", ".join(filter(None, notes)),
        "is_former": point.is_former,
        "is_valid": point.is_valid,
    }


def _affiliations(person: Person, member: Member) -> list[dict[str, Any]]:
    rows = Affiliation.objects.visible_to(member).filter(person=person).select_related("account")
    return [
        {
            "pk": each.pk,
            "account": each.account,
            "url": each.account.get_absolute_url(),
            "notes": ", ".join(filter(None, (_role_words(each), "mainly" if each.is_main else ""))),
            "until": each.until,
        }
        for each in rows.order_by("until", "-is_main", "pk")
        if may_see(member, each.account)
    ]


def _role_words(affiliation: Affiliation) -> str:
    """`Head gardener, buyer`."""
    roles = [str(Affiliation.Role(role).label) for role in affiliation.roles if role in Affiliation.Role.values]
    words = ", ".join(filter(None, (affiliation.job_title, *roles)))
    return words[:1].upper() + words[1:]


def _own(about: str, record: Account | Person) -> list[dict[str, str]]:
    """Own fields that say something, in their order; those no longer used too, since their values stay."""
    if not record.custom:
        return []
    fields = CustomField.objects.filter(about=about, key__in=[*record.custom]).order_by("position", "pk")
    return [{"label": each.name, "value": value_in_words(each, record.custom[each.key])} for each in fields]


def _facts_of_account(account: Account, member: Member) -> list[dict[str, Any]]:
    parent = account.parent if account.parent is not None and may_see(member, account.parent) else None
    facts: list[dict[str, Any]] = [
        {"label": "Segment", "value": account.segment},
        {"label": "City", "value": account.city},
        {"label": "Country", "value": COUNTRIES.get(account.country, account.country)},
        {"label": "Industry", "value": account.industry},
        {"label": "Language", "value": language_name(account.language) if account.language else ""},
        {"label": "Belongs to", "value": parent, "url": parent.get_absolute_url() if parent else ""},
        {"label": "Site", "value": account.site or "Every site"},
        {"label": "Looked after by", "value": account.owner or "Nobody yet"},
        {"label": "Customer since", "value": f"{account.since:%-d %B %Y}" if account.since else ""},
    ]
    return [each for each in facts if each["value"]]


def _facts_of_person(person: Person) -> list[dict[str, Any]]:
    """What they prefer is not among it: that stands with what they agreed to."""
    whole = f"{person.given_name} {person.family_name}".strip()
    facts: list[dict[str, Any]] = [
        {"label": "In letters", "value": f"{person.salutation} {person.family_name or person.name}".strip()}
        if person.salutation
        else {"label": "Name", "value": whole if whole != person.name else ""},
        {"label": "Looked after by", "value": person.owner or ""},
        {"label": "Site", "value": person.site or "Every site"},
    ]
    return [each for each in facts if each["value"]]
