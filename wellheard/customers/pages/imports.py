"""The lists of imports: every one, the rows of one, and the sources that are known again."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from wellheard.core.lists import Column, Filter, ListPage, how_many
from wellheard.core.lists.page import Rows
from wellheard.core.models import ImportBatch, Member
from wellheard.customers.models import ImportedChange, ImportSource

KINDS = {"contacts": "customers", "unsubscribes": "people who want no mail", "transactions": "orders"}


def batches(member: Member) -> Rows:
    return ImportBatch.objects.visible_to(member).filter(import_kind__in=KINDS).select_related("file")


def batch_url(batch: ImportBatch) -> str:
    return reverse("customers:import-batch", args=[batch.import_kind, batch.reference])


def kinds(member: Member) -> Sequence[tuple[str, str]]:
    return list(KINDS.items())


IMPORTS = ListPage(
    key="customers.imports",
    title=lambda count: how_many(count, "import", "imports"),
    rows=batches,
    columns=(
        Column("file", "File", lambda b: b.file.name, url=batch_url, note=lambda b: b.reference, sort="file__name"),
        Column("what", "What it brought", lambda b: KINDS[b.import_kind], sort="import_kind"),
        Column("rows", "Rows", lambda b: b.rows, kind="number", sort="rows"),
        Column("rejected", "Rejected", lambda b: len(b.rejected), kind="number"),
        Column(
            "status",
            "State",
            lambda b: b.get_status_display(),
            kind="state",
            tone=lambda b: "wait" if b.status == ImportBatch.Status.UNDONE else "",
            sort="status",
        ),
        Column("at", "When", lambda b: b.at, kind="moment", sort="at"),
    ),
    also=(Column("reference", "Reference", lambda b: b.reference),),
    filters=(Filter("what", "What it brought", kinds, lambda rows, value: rows.filter(import_kind=value)),),
    search=("file__name", "reference"),
    default_sort="-at",
    teach={
        "title": "Nothing was imported yet",
        "why": "Bring the customers that you have from a CRM, an address book or a table. You see what was found before anything "
        "is saved, and can take the whole import back.",
        "button": "Import customers",
        "url": "/customers/imports/contacts/",
        "permission": "core.import",
    },
    actions=(
        ("Import customers", "customers:import-contacts", "core.import"),
        ("Import a list of people who want no mail", "customers:import-unsubscribes", "core.import"),
        ("Import orders", "customers:import-transactions", "core.import"),
        ("Sources", "customers:import-sources", "customers.see_importsource"),
    ),
)


def changes(member: Member, reference: str) -> Rows:
    batch = ImportBatch.objects.visible_to(member).filter(reference=reference, import_kind="contacts")
    return ImportedChange.objects.filter(batch__in=batch)


def changed_in_words(change: ImportedChange) -> str:
    """What a row changed: the fields by their names. Values are on the customer's own page, for those who may see it."""
    names = [name.removesuffix("_id").replace("_", " ") for name in change.after.get("fields", {})]
    beside = {
        "customers.contactpoint": "a way to reach them",
        "customers.address": "an address",
        "customers.affiliation": "whom they speak for",
        "customers.externalid": "the other program’s number",
    }
    added = (
        [words for key, words in beside.items() if change.after.get("added", {}).get(key)]
        if names or not _new(change)
        else []
    )
    return ", ".join([*names, *added])


def _new(change: ImportedChange) -> bool:
    return change.verdict == ImportedChange.Verdict.CREATED


def change_url(change: Any) -> str:
    name = "customers:detail" if change.record_kind == "customers.account" else "customers:person"
    return reverse(name, args=[change.record_id])


CHANGES = ListPage(
    key="customers.import-rows",
    title=lambda count: how_many(count, "customer in this import", "customers in this import"),
    rows=changes,
    columns=(
        Column(
            "row",
            "Row of the file",
            lambda c: f"row {c.row}",
            url=change_url,
            note=lambda c: "an organisation that it names" if c.is_beside else "",
            sort="row",
        ),
        Column(
            "record",
            "What it is",
            lambda c: "organisation" if c.record_kind == "customers.account" else "person",
            sort="record_kind",
        ),
        Column("verdict", "Verdict", lambda c: c.get_verdict_display(), kind="state", sort="verdict"),
        Column("changed", "What changed", changed_in_words),
        Column("note", "Noticed", lambda c: c.note),
    ),
    filters=(
        Filter(
            "verdict",
            "Verdict",
            lambda member: [(str(value), str(words)) for value, words in ImportedChange.Verdict.choices],
            lambda rows, value: rows.filter(verdict=value),
        ),
    ),
    default_sort="row",
    permission="core.see_importbatch",
)


SOURCES = ListPage(
    key="customers.import-sources",
    title=lambda count: how_many(count, "source", "sources"),
    rows=lambda member: ImportSource.objects.visible_to(member),
    columns=(
        Column(
            "name",
            "Source",
            lambda s: s.name,
            url=lambda s: reverse("customers:import-source", args=[s.pk]),
            sort="name",
        ),
        Column("what", "What it brings", lambda s: KINDS.get(s.import_kind, s.import_kind), sort="import_kind"),
        Column("columns", "Columns", lambda s: len(s.columns), kind="number"),
        Column("used", "Last used", lambda s: s.used_at, kind="moment", sort="used_at"),
    ),
    default_sort="-used_at",
    lead="A file with the same header is read the same way the next time.",
    teach={
        "title": "No sources yet",
        "why": "When you import a table, how its columns were mapped is remembered here, and a file with the same header is read "
        "the same way the next time.",
    },
)
