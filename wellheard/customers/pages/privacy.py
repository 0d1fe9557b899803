"""The lists of what customers asked about their data, and of legal holds."""

from django.db.models import F

from wellheard.core.lists import Column, Filter, ListPage, how_many
from wellheard.core.lists.page import Rows
from wellheard.core.models import Member
from wellheard.customers.models import LegalHold, PrivacyRequest

TONES = {"open": "wait", "erasing": "wait", "done": "", "refused": ""}


def requests(member: Member) -> Rows:
    return PrivacyRequest.objects.visible_to(member).select_related("person", "owner")


def holds(member: Member) -> Rows:
    rows = LegalHold.objects.visible_to(member).select_related("person", "account", "set_by")
    return rows.order_by(F("lifted_at").asc(nulls_first=True), "-since")


def hold_url(hold: LegalHold) -> str:
    owner = hold.person or hold.account
    return owner.get_absolute_url() if owner is not None else ""


REQUESTS = ListPage(
    key="customers.privacy-requests",
    title=lambda count: how_many(count, "request about somebody’s data", "requests about people’s data"),
    rows=requests,
    columns=(
        Column("reference", "Request", lambda r: r.reference, url=PrivacyRequest.get_absolute_url, sort="reference"),
        Column("person", "Who", lambda r: r.person),
        Column("wish", "Wish", lambda r: r.get_wish_display()),
        Column("due", "Due", lambda r: r.due_on, kind="date", sort="due_on"),
        Column("owner", "Looked after by", lambda r: r.owner or "Nobody yet"),
        Column("status", "State", lambda r: r.get_status_display(), kind="state", tone=lambda r: TONES[r.status]),
    ),
    filters=(
        Filter(
            "status",
            "State",
            lambda member: PrivacyRequest.Status.choices,
            lambda rows, value: rows.filter(status=value),
        ),
    ),
    default_sort="-due",
    teach={
        "title": "Nobody asked about their data yet",
        "why": "When someone asks what you have of them, or to be erased, open their page and note it there: it is due within "
        "a month, and one file or one button answers it.",
        "button": "Find the person",
        "url": "customers:people",
        "permission": "customers.see_person",
    },
    views=(("Open", "status=open"),),
)
HOLDS = ListPage(
    key="customers.holds",
    title=lambda count: how_many(count, "legal hold", "legal holds"),
    rows=holds,
    columns=(
        Column("who", "Whose data", lambda h: h.person or h.account, url=hold_url),
        Column("reason", "Why", lambda h: h.reason),
        Column("since", "Since", lambda h: h.since, kind="moment", sort="since"),
        Column("by", "Set by", lambda h: h.set_by or "Wellheard"),
        Column("lifted", "Lifted", lambda h: h.lifted_at, kind="moment", sort="lifted_at"),
    ),
    default_sort="-since",
    teach={
        "title": "No legal holds",
        "why": "A hold keeps the data of a person or a customer while a dispute, an authority or the law asks for it: nothing "
        "of theirs is erased meanwhile. Set one from their page.",
        "button": "Find the customer",
        "url": "customers:list",
        "permission": "customers.see_account",
    },
)
