"""Run in a process of its own by `bench.customers`: builds customers in SQL, and opens their pages as a member does."""

import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from wellheard.core.actors import Role, System
from wellheard.core.models import Member, SearchEntry
from wellheard.core.records import kind_of
from wellheard.core.setup import add_member, add_site, set_up_organisation
from wellheard.customers.actions import add_account, add_person, define_field, note_contact_point
from wellheard.customers.models import Account, Affiliation, ContactPoint, Person

NOW, BY = datetime(2026, 11, 1, tzinfo=UTC), System("program")
PEOPLE_EACH = 3
WORDS = ("garden", "town", "school", "clinic", "bakery", "harbour", "museum", "farm")


def begin() -> tuple[Member, dict[type[Any], int]]:
    """An organisation, a member who sees everything, and one of each record to copy."""
    set_up_organisation("Bench", BY, at=NOW)
    site = add_site("Here", BY, at=NOW)
    member = add_member("Bench", "bench@wellheard.example", BY, at=NOW, roles=(Role.ADMINISTRATOR,))
    define_field("account", "Class", "choice", BY, at=NOW, choices="gold\nsilver")
    account = add_account("Template", BY, at=NOW, site=site, owner=member, city="Leipzig", tags="north")
    person = add_person("Template", BY, at=NOW, account=account, email="template@customer.example", tags="north")
    phone = note_contact_point(person, "phone", "+49 341 1234567", BY, at=NOW)
    speaks = person.affiliations.get()
    return member, {
        Account: account.pk,
        Person: person.pk,
        Affiliation: speaks.pk,
        ContactPoint: phone.pk,
        SearchEntry: SearchEntry.objects.get(kind=kind_of(Account), record_id=account.pk).pk,
    }


def grow(templates: dict[type[Any], int], first: int, last: int) -> None:
    """Accounts number `first` to `last`, each with its people, their addresses and numbers, and what finds them."""
    word = " ".join(["CASE i % 8", *(f"WHEN {n} THEN '{each}'" for n, each in enumerate(WORDS)), "END"])
    tags, custom = (
        "CASE WHEN i % 10 = 0 THEN '[\"north\"]' ELSE '[]' END",
        "CASE WHEN i % 7 = 0 THEN '{\"class\": \"gold\"}' ELSE '{}' END",
    )
    lifecycle = "CASE WHEN i % 50 = 0 THEN 'at_risk' WHEN i % 20 = 0 THEN 'lost' ELSE 'active' END"
    number = "((CAST(i AS bigint) * 7919) % 1000003)"
    both = {"tags": _json(tags), "custom": _json(custom), "lifecycle": lifecycle}
    name = f"{word} || ' ' || {number}"
    copy(templates, Account, first, last, id="1000 + i", reference="'ACC-9-' || i", name=name, **both)
    indexed = {"words": name, "title": name}
    copy(templates, SearchEntry, first, last, id="1000 + i", record_id="1000 + i", **indexed)
    low, high = first * PEOPLE_EACH, last * PEOPLE_EACH + PEOPLE_EACH - 1
    of = f"1000 + i / {PEOPLE_EACH}"
    address = "'p' || i || '@customer.example'"
    copy(
        templates, Person, low, high, id="1000 + i", name=f"'Person ' || {number}", email=address, account_id=of, **both
    )
    copy(templates, Affiliation, low, high, id="1000 + i", person_id="1000 + i", account_id=of)
    more = {"what": "'email'", "value": address, "key": address}
    copy(templates, ContactPoint, low, high, id="1000 + 2 * i", person_id="1000 + i", **more)
    phone = "'+49341' || (1000000 + i)"
    copy(templates, ContactPoint, low, high, id="1001 + 2 * i", person_id="1000 + i", value=phone, key=phone)
    named = {"words": f"'person ' || {number} || ' ' || {word}", "title": f"'Person ' || {number}"}
    kind = f"'{kind_of(Person)}'"
    copy(templates, SearchEntry, low, high, id="10000000 + i", record_id="1000 + i", kind=kind, **named)


def _json(words: str) -> str:
    return f"CAST({words} AS jsonb)" if connection.vendor == "postgresql" else words


def copy(templates: dict[type[Any], int], model: type[Any], first: int, last: int, **said: str) -> None:
    """The template row once for each `i` from first to last, with these columns said in SQL."""
    quoted = {field.attname: f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated}
    values = ", ".join(said.get(name, f"t.{column}") for name, column in quoted.items())
    numbers = (
        f"generate_series({first}, {last}) AS n(i)"
        if connection.vendor == "postgresql"
        else f"(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) AS n"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(quoted.values())}) '
            f'SELECT {values} FROM "{model._meta.db_table}" t CROSS JOIN {numbers} WHERE t.id = {templates[model]}'
        )


def pages(last: int) -> dict[str, str]:
    """What is opened: the address of each page that is measured."""
    one = 1000 + last // 2
    person = 1000 + last // 2 * PEOPLE_EACH
    return {
        "list": "/customers/",
        "people": "/customers/people/",
        "by_standing": "/customers/?standing=at_risk",
        "by_tag": "/customers/?tag=north",
        "by_own_field": "/customers/?own=class:gold",
        "people_by_tag": "/customers/people/?tag=north",
        "found_in_list": f"/customers/?q=garden+{(last // 2) * 7919 % 1000003}",
        "by_address": f"/customers/people/?q=p{last}@customer.example",
        "find_box": "/search/?q=person+harbour",
        "account": f"/customers/{one}/",
        "person": f"/customers/people/{person}/",
    }


def opened(client: Client, address: str) -> float:
    """How long one opening takes, in milliseconds."""
    begun = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return 1000 * (time.perf_counter() - begun)


def main() -> None:
    """Build as many accounts as the first argument says; then open each page named on standard input and say how long it took."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = False
    call_command("collectstatic", interactive=False, verbosity=0)
    member, templates = begin()
    client = Client()
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    size = int(sys.argv[1])
    grow(templates, 0, size - 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    addresses = pages(size - 1)
    print(json.dumps([*addresses]), flush=True)
    for line in sys.stdin:
        print(opened(client, addresses[line.strip()]), flush=True)
