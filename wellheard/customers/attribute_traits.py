"""What is written down about customers, as traits: name, place, owner, lifecycle, tags, own fields, ways to reach them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf

from wellheard.core.models import Member, Site
from wellheard.customers.models import (
    Account,
    Affiliation,
    ContactPoint,
    CustomField,
    Lifecycle,
    Person,
    Segment,
)
from wellheard.customers.segmenting.expressions import DaysSince, HasWord, own_day, own_number, own_text, own_yes
from wellheard.customers.traits import About, Express, Trait, ValueType, register_family, register_trait
from wellheard.customers.values import COUNTRIES
from wellheard.customers.words import language_name

Choices = Sequence[tuple[str, str]]
ACCOUNT: tuple[About, ...] = ("account",)
PERSON: tuple[About, ...] = ("person",)


def plain(path: str, path_of_person: str = "") -> Express:
    """The field at this path; of people the one at the other path, where it is another."""
    return lambda rows, about, now: F(path_of_person or path if about == "person" else path)


def filled(path: str, path_of_person: str = "") -> Express:
    """The same for a text: an empty one is not known."""
    return lambda rows, about, now: NullIf(F(path_of_person or path if about == "person" else path), Value(""))


def days_since(path: str) -> Express:
    """Whole days since the day or moment at this path."""
    return lambda rows, about, now: DaysSince(F(path), now)


def people_count(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """How many people we know who speak for them."""
    people = Person.objects.filter(account=OuterRef("pk"), merged_into__isnull=True, erased_at__isnull=True)
    return Coalesce(Subquery(people.order_by().values("account").annotate(number=Count("pk")).values("number")), 0)


def is_among(ids: QuerySet[Any]) -> Any:
    """Is the customer one of these? The list is made once for all, rather than looked for anew for each customer."""
    return ExpressionWrapper(Q(pk__in=ids), output_field=BooleanField())


def reachable(what: str) -> Express:
    """Is there a way of this sort to reach them: their own, or that of somebody who speaks for them?"""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        points = ContactPoint.objects.filter(what=what, is_former=False, is_valid=True).order_by()
        of_people = points.filter(person__isnull=False)
        if about == "person":
            return is_among(of_people.values("person_id"))
        people = of_people.filter(person__account__isnull=False, person__merged_into__isnull=True)
        own = points.filter(account__isnull=False).values("account_id")
        wanted = Q(pk__in=own) | Q(pk__in=people.values("person__account_id"))
        return ExpressionWrapper(wanted, output_field=BooleanField())

    return express


def has_role(role: str) -> Express:
    """Do they have this role for an account; does somebody have it for this account?"""

    def express(rows: QuerySet[Any], about: About, now: datetime) -> Any:
        held = Affiliation.objects.filter(until__isnull=True).filter(HasWord(F("roles"), role)).order_by()
        return is_among(held.values(f"{about}_id"))

    return express


def has_parent(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """Does another account stand above them?"""
    return ExpressionWrapper(Q(parent_id__isnull=False), output_field=BooleanField())


def in_segment(rows: QuerySet[Any], about: About, now: datetime) -> Any:
    """The segment that somebody chose for them."""
    return F("segment_id") if about == "account" else F("account__segment_id")


def segments() -> Choices:
    found = Segment.objects.filter(basis=Segment.Basis.HAND, retired_at__isnull=True).order_by("name")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def sites() -> Choices:
    return [(str(pk), name) for pk, name in Site.objects.order_by("name").values_list("pk", "name")]


def owners() -> Choices:
    return [(str(pk), name) for pk, name in Member.objects.order_by("name").values_list("pk", "name")]


def countries() -> Choices:
    """Those where we have customers: a list of the world helps nobody."""
    used = Account.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
    return sorted(((code, COUNTRIES.get(code, code)) for code in used), key=lambda each: each[1])


def languages() -> Choices:
    used = {
        *Account.objects.exclude(language="").values_list("language", flat=True).distinct(),
        *Person.objects.exclude(language="").values_list("language", flat=True).distinct(),
    }
    return sorted(((code, language_name(code)) for code in used), key=lambda each: each[1])


def channels() -> Choices:
    return [(value, str(label)) for value, label in Person.Channel.choices if value]


def lifecycles() -> Choices:
    return [(value, str(label)) for value, label in Lifecycle.choices]


TRAITS: tuple[Trait, ...] = (
    Trait("name", "name", "text", filled("name")),
    Trait("city", "city", "text", filled("city", "account__city")),
    Trait(
        "country",
        "country",
        "choice",
        filled("country", "account__country"),
        choices=countries,
        phrases={"one_of": "in {value}", "none_of": "outside {value}"},
    ),
    Trait("industry", "industry", "text", filled("industry", "account__industry")),
    Trait(
        "language",
        "language",
        "choice",
        filled("language"),
        choices=languages,
        phrases={"one_of": "that speak {value}", "none_of": "that don’t speak {value}"},
    ),
    Trait(
        "site",
        "site",
        "choice",
        plain("site_id"),
        choices=sites,
        phrases={"one_of": "of {value}", "none_of": "not of {value}", "unknown": "of every site"},
    ),
    Trait(
        "owner",
        "owner",
        "choice",
        plain("owner_id"),
        choices=owners,
        phrases={
            "one_of": "looked after by {value}",
            "none_of": "not looked after by {value}",
            "unknown": "looked after by nobody",
            "known": "looked after by somebody",
        },
    ),
    Trait(
        "segment",
        "segment chosen by hand",
        "choice",
        in_segment,
        choices=segments,
        phrases={
            "one_of": "in the segment {value}",
            "none_of": "not in the segment {value}",
            "unknown": "in no segment",
        },
    ),
    Trait(
        "lifecycle",
        "standing",
        "choice",
        plain("lifecycle"),
        choices=lifecycles,
        phrases={"one_of": "that are {value}", "none_of": "that are not {value}"},
    ),
    Trait(
        "lifecycle_since",
        "last change of standing",
        "date",
        plain("lifecycle_since"),
        phrases={"unknown": "whose standing never changed", "known": "whose standing has changed"},
    ),
    Trait("since", "first day as a customer", "date", plain("since", "account__since")),
    Trait(
        "since_days",
        "time as a customer",
        "number",
        days_since("since"),
        unit="days",
        about=ACCOUNT,
        low_words="new customers",
        high_words="customers for long",
    ),
    Trait(
        "tags",
        "tags",
        "words",
        plain("tags"),
        phrases={"holds": "tagged “{value}”", "holds_not": "not tagged “{value}”"},
    ),
    Trait("part_of_group", "a group that they belong to", "yes_no", has_parent, about=ACCOUNT),
    Trait(
        "people",
        "number of people we know",
        "number",
        people_count,
        about=ACCOUNT,
        low_words="few people known",
        high_words="many people known",
    ),
    Trait("has_email", "an e-mail address", "yes_no", reachable("email"), group="How we reach them"),
    Trait("has_phone", "a phone number", "yes_no", reachable("phone"), group="How we reach them"),
    Trait(
        "channel",
        "preferred channel",
        "choice",
        filled("channel"),
        choices=channels,
        about=PERSON,
        group="How we reach them",
        phrases={"one_of": "best reached {value}"},
    ),
    Trait(
        "no_surveys", "a wish not to be asked", "yes_no", plain("do_not_ask"), about=PERSON, group="How we reach them"
    ),
    Trait(
        "no_news",
        "a wish for no news by mail",
        "yes_no",
        plain("wants_no_mail"),
        about=PERSON,
        group="How we reach them",
    ),
)


def own_fields() -> Iterable[Trait]:
    """The organisation's own fields that are in use."""
    for each in CustomField.objects.filter(retired_at__isnull=True).order_by("about", "position", "pk"):
        yield _own(each)


def _own(each: CustomField) -> Trait:
    about: tuple[About, ...] = ("person",) if each.about == "person" else ("account",)
    readers: dict[str, tuple[ValueType, Any]] = {
        "number": ("number", own_number),
        "date": ("date", own_day),
        "choice": ("choice", own_text),
        "yes_no": ("yes_no", own_yes),
    }
    value_type, read = readers.get(each.value_type, ("text", own_text))
    expression = read(each.key)
    choices = [(str(one), str(one)) for one in each.choices]
    return Trait(
        f"custom.{each.about}.{each.key}",
        f"“{each.name}”",
        value_type,
        lambda rows, about, now: expression,
        group="Own fields",
        choices=lambda: choices,
        about=about,
    )


def register() -> None:
    """Offer them."""
    for each in (*TRAITS, *role_traits()):
        register_trait(each)
    register_family("custom", own_fields)


def role_traits() -> Iterable[Trait]:
    """Who buys, uses, pays, decides."""
    for role in Affiliation.Role:
        name = str(role.label)
        yield Trait(
            f"role.{role.value}",
            f"a {name} whom we know",
            "yes_no",
            has_role(role.value),
            group="Roles",
            about=ACCOUNT,
        )
        yield Trait(
            f"acts_as.{role.value}",
            f"the role of a {name}",
            "yes_no",
            has_role(role.value),
            group="Roles",
            about=PERSON,
        )
