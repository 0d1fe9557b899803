"""The lists of mailings and of templates."""

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from wellheard.core.lists import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import Mailing, MailingRecipient, MessageTemplate, Purpose

WRITTEN, LEFT_OUT = MailingRecipient.Status.WRITTEN, MailingRecipient.Status.LEFT_OUT
TONES = {Mailing.Status.DRAFT: "mine", Mailing.Status.SENDING: "wait"}


def mailings(member: Member) -> Rows:
    rows = Mailing.objects.visible_to(member).select_related("template__purpose", "segment", "owner", "site")
    # Counted for the rows of the page alone.
    mine = MailingRecipient.objects.filter(mailing=OuterRef("pk")).order_by().values("mailing")
    written = mine.annotate(number=Count("pk", filter=Q(status=WRITTEN))).values("number")
    left_out = mine.annotate(number=Count("pk", filter=Q(status=LEFT_OUT))).values("number")
    return rows.annotate(
        written=Coalesce(Subquery(written), 0),
        left_out=Coalesce(Subquery(left_out), 0),
        template_name=F("template__name"),
    )


def purposes(member: Member) -> list[tuple[str, str]]:
    return [(str(each.pk), str(each)) for each in Purpose.objects.visible_to(member).order_by("position", "pk")]


MAILINGS = ListPage(
    key="customers.mailings",
    title=lambda count: how_many(count, "mailing", "mailings"),
    rows=mailings,
    columns=(
        Column(
            "mailing", "Mailing", lambda m: m.template.name, url=Mailing.get_absolute_url, sort="template__name",
            note=lambda m: m.reference,
        ),
        Column("purpose", "Purpose", lambda m: m.template.purpose),
        Column("to", "To", lambda m: m.segment or "chosen people", sort="segment__name"),
        Column("written", "Written to", lambda m: m.written, kind="number", sort="written"),
        Column("left_out", "Left out", lambda m: m.left_out, kind="number", sort="left_out"),
        Column("state", "State", lambda m: m.get_status_display(), kind="state", tone=lambda m: TONES.get(m.status, "")),
        Column("drafted", "Drafted", lambda m: m.drafted_at, kind="moment", sort="drafted_at"),
    ),
    also=(
        Column("reference", "Reference", lambda m: m.reference),
        Column("owner", "By", lambda m: m.owner),
        Column("approved", "Approved", lambda m: m.approved_at, kind="moment"),
        Column("site", "Site", lambda m: m.site),
    ),
    filters=(
        Filter("status", "State", lambda member: Mailing.Status.choices, lambda rows, value: rows.filter(status=value)),
        Filter("purpose", "Purpose", purposes, lambda rows, value: rows.filter(template__purpose_id=value)),
        site_filter(),
    ),
    search=("template__name", "reference"),
    default_sort="-drafted",
    teach={
        "title": "No mailings yet",
        "why": "A mailing writes to people by name: a message with named fields, to a segment or to people whom you choose. "
        "You see it as each of them reads it, and who is left out and why, before anything is sent.",
        "clause": "ISO 9001 asks in 8.2.1 for communication with customers; what we tell them belongs on their page.",
        "button": "Write to customers",
        "url": "customers:new-mailing",
        "permission": "customers.draft_mailing",
    },
    actions=(
        ("Write to customers", "customers:new-mailing", "customers.draft_mailing"),
        ("Templates", "customers:templates", ""),
        ("What we write for", "customers:purposes", ""),
    ),
)  # fmt: skip

TEMPLATES = ListPage(
    key="customers.templates",
    title=lambda count: how_many(count, "template", "templates"),
    rows=lambda member: MessageTemplate.objects.visible_to(member).select_related("purpose", "owner"),
    columns=(
        Column("name", "Template", lambda t: t.name, url=MessageTemplate.get_absolute_url, sort="name"),
        Column("purpose", "Purpose", lambda t: t.purpose, sort="purpose__position"),
        Column("languages", "Languages", lambda t: ", ".join(sorted(t.texts))),
        Column("state", "State", lambda t: "no longer used" if t.retired_at else "", kind="state"),
    ),
    filters=(
        Filter("purpose", "Purpose", purposes, lambda rows, value: rows.filter(purpose_id=value)),
        Filter(
            "state",
            "State",
            lambda member: [("used", "in use"), ("retired", "no longer used")],
            lambda rows, value: rows.filter(retired_at__isnull=value == "used"),
            default="used",
        ),
    ),
    search=("name",),
    default_sort="name",
    teach={
        "title": "No templates yet",
        "why": "A template is a message with named fields, as {person.name}, in every language that you write. Whoever lacks "
        "a value gets nothing, and you are told: nobody reads “Dear ,”.",
        "button": "Write a template",
        "url": "customers:new-template",
        "permission": "customers.write_template",
    },
    actions=(("Write a template", "customers:new-template", "customers.write_template"),),
)
