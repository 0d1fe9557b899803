"""The people who speak for our customers, and for whom."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from wellheard.core.models import Site
from wellheard.core.records import Record, RecordQuerySet
from wellheard.customers.models.accounts import Account
from wellheard.customers.models.base import MERGED, PRESENT, CustomerRecord


class PersonQuerySet(RecordQuerySet["Person"]):
    """Questions about people."""

    def with_email(self, email: str) -> "PersonQuerySet":
        """Whoever has this address, whatever its case, as the main one or as a further one; an old one too."""
        return self.filter(
            pk__in=ContactPoint.objects.filter(
                what=ContactPoint.What.EMAIL, key=email.strip().lower(), person__isnull=False
            ).values("person_id"),
            merged_into__isnull=True,
        )


class Person(CustomerRecord):
    """Someone who speaks to us as a customer. Without an address they can still be heard, and told by hand."""

    class Channel(models.TextChoices):
        ANY = "", "whatever suits"
        MAIL = "mail", "by mail"
        PHONE = "phone", "by phone"
        LETTER = "letter", "by letter"
        NONE = "none", "not at all"

    class Frequency(models.TextChoices):
        ANY = "", "whenever there is something"
        MONTHLY = "monthly", "once a month at most"
        QUARTERLY = "quarterly", "once a quarter at most"
        YEARLY = "yearly", "once a year at most"

    name = models.CharField(max_length=200, blank=True, help_text="as they are called, whole")
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    salutation = models.CharField(max_length=60, blank=True, help_text="how a letter begins, as Mrs or Frau Dr.")
    email = models.EmailField(null=True, blank=True, help_text="the main one; all are contact points")
    phone = models.CharField(max_length=50, blank=True, help_text="the main one, as it was given")
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        help_text="for whom they mainly speak; all are affiliations",
    )
    language = models.CharField(max_length=8, blank=True, help_text="the language that they prefer, as de")
    channel = models.CharField(max_length=6, choices=Channel.choices, blank=True, help_text="how we reach them best")
    frequency = models.CharField(max_length=10, choices=Frequency.choices, blank=True)
    do_not_ask = models.BooleanField(default=False, help_text="wants no surveys")
    wants_no_mail = models.BooleanField(
        default=False, help_text="no news by mail; answers to their own words still go out"
    )

    objects = PersonQuerySet.as_manager()  # type: ignore[misc]

    trail_personal = CustomerRecord.personal_of_every | {
        "name",
        "given_name",
        "family_name",
        "salutation",
        "email",
        "phone",
    }
    fingerprint_fields: ClassVar = ("name", "email", "phone", "account_id")

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["name", "erased_at", "merged_into"], condition=PRESENT, name="person_list"),
            models.Index(fields=["merged_into"], condition=MERGED, name="person_merged"),
            models.Index(fields=["lifecycle", "name"], condition=PRESENT, name="person_lifecycle"),
            models.Index(Lower("email"), name="person_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"Person {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("customers:person", args=[self.pk])

    def search_text(self) -> tuple[str, str] | None:
        if self.is_merged:
            return None
        return str(self), f"{self.email or ''} {self.phone} {self.account or ''} {' '.join(self.tags)} {self.notes}"


class Affiliation(Record):
    """Someone speaks for an account, in these roles. People may speak for several; one of them is the main one."""

    class Role(models.TextChoices):
        BUYER = "buyer", "buyer"
        USER = "user", "user"
        PAYER = "payer", "payer"
        DECISION_MAKER = "decision_maker", "decision maker"

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations")
    account = models.ForeignKey(Account, models.PROTECT, related_name="affiliations")
    roles = models.JSONField(default=list, blank=True, help_text="keys of Role, in their order")
    job_title = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    is_main = models.BooleanField(default=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the account's")

    trail_personal = frozenset({"job_title"})

    class Meta:
        ordering = ["-is_main", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "account"],
                condition=Q(until__isnull=True),
                name="a_person_speaks_for_an_account_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.account}"


class ContactPoint(Record):
    """A way to reach a person or an account: every e-mail address, phone number and website, also the main ones.

    `value` is what was given, never changed; `key` what it is found by: the address in small letters, the number as E.164.
    What can't be read (a number that is none) keeps its value with `is_valid` False and is found by its digits.
    """

    class What(models.TextChoices):
        EMAIL = "email", "e-mail"
        PHONE = "phone", "phone"
        WEBSITE = "website", "website"

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="contact_points")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="contact_points")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the owner's")
    what = models.CharField(max_length=8, choices=What.choices)
    value = models.CharField(max_length=320)
    key = models.CharField(max_length=320)
    extension = models.CharField(max_length=20, blank=True)
    use = models.CharField(max_length=40, blank=True, help_text="work, home, mobile, …, as it was said")
    is_main = models.BooleanField(default=False)
    is_valid = models.BooleanField(default=True)
    is_shared = models.BooleanField(default=False, help_text="several people read it, as info@…")
    is_former = models.BooleanField(default=False, help_text="no longer used; mail from it still finds its person")

    trail_personal = frozenset({"value", "key", "extension"})

    class Meta:
        ordering = ["-is_main", "is_former", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(what="email", is_shared=False, person__isnull=False),
                name="an_address_belongs_to_one_person",
                violation_error_message="Someone else already has this address.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) ^ Q(account__isnull=False), name="a_contact_point_has_one_owner"
            ),
        ]
        indexes = [models.Index(fields=["what", "key"], name="contact_point_key")]

    def __str__(self) -> str:
        return self.value


class Address(Record):
    """Where a person or an account lives or works. The lines are as they were given."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="addresses")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="addresses")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", help_text="the owner's")
    use = models.CharField(max_length=40, blank=True, help_text="billing, delivery, home, …")
    lines = models.TextField(blank=True, help_text="street and whatever stands above the town")
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=100, blank=True, help_text="as it was said; two letters where known")

    trail_personal = frozenset({"lines", "postcode", "city", "region"})

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) ^ Q(account__isnull=False), name="an_address_has_one_owner"
            ),
        ]

    def __str__(self) -> str:
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (*self.lines.splitlines(), town, self.region, self.country) if part)
