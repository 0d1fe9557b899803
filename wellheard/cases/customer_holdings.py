"""Cases with what was said and done in them, as what is kept about a person; and what becomes of them when customers are
merged."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from wellheard.cases.actions.opening import title_from
from wellheard.cases.models import Case, Entry
from wellheard.core.actors import Actor
from wellheard.core.models import Task
from wellheard.core.trail.erasing import erase_personal
from wellheard.core.writing import lock_many
from wellheard.customers.forgetting import forget_chosen, forget_rows, mask_records, told, without
from wellheard.customers.holdings import Expiry, Forgotten, Holding, Scope, Words, register_holding
from wellheard.customers.holds import register_held
from wellheard.customers.merging.rules import Moves, register_rule
from wellheard.ground.text.removing import REMOVED, Known

CONTACT = {"contact_name": "", "contact_email": None, "contact_phone": ""}
OURS = (
    "title",
    "assessment_note",
    "impact",
    "findings",
    "cause_told",
    "answer_text",
    "remedies",
    "recourse",
    "cause_words",
)
THEIRS = ("complaint_text", "remedy_sought")
SHOWN = (
    "reference", "kind_of_case", "title", "account", "contact_name", "contact_email", "contact_phone", "channel",
    "received_at", *THEIRS, "status", "finding", "answer_text", "closed_at", "outcome",
)  # fmt: skip
CASE, ENTRY = "cases.case", "cases.entry"


def forget_cases(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """Name, address and number go; names go out of what we wrote; the customer's words where they were chosen."""
    chosen = scope.chosen_of(CASE)

    quoted: dict[int, str] = {}

    def mask(case: Case) -> dict[str, Any]:
        words = {name: REMOVED for name in THEIRS if getattr(case, name)} if case.pk in chosen else {}
        if words and case.title == title_from(case.complaint_text):
            quoted[case.pk] = case.title
            words["title"] = REMOVED  # it was made of their words
        return CONTACT | without(_also(scope.known, case), case, *OURS) | words

    rows = Case.objects.filter(person__in=scope.people)
    one = forget_rows(rows, mask, after=after, most=most, known=scope.known, fields=tuple(CONTACT), scrubbed=(*OURS,))
    _unquote(quoted)
    return forget_chosen(one, rows, chosen, scope.known, ("title", *THEIRS))


def _unquote(titles: dict[int, str]) -> None:
    """Tasks about these cases no longer quote the title that went."""
    for pk, title in titles.items():
        tasks = lock_many(Task.objects.filter(about_kind="cases.case", about_id=pk))
        mask_records(tasks, lambda task, title=title: {"title": task.title.replace(title, REMOVED)})  # type: ignore[misc]
        erase_personal("core.task", [each.pk for each in tasks], when=lambda value, title=title: title in value)  # type: ignore[misc]


def _also(known: Known, case: Case) -> Known:
    """The person, and whatever name and address this case knows them by."""
    if not (case.contact_name or case.contact_email or case.contact_phone):
        return known
    return Known.of(
        [*known.names, case.contact_name],
        [*known.emails, case.contact_email or ""],
        [*known.phones, case.contact_phone],
    )


def entries_of(people: Sequence[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(case__person__in=people)


def forget_entries(scope: Scope, by: Actor, at: datetime, after: int, most: int) -> Forgotten:
    """What we wrote loses their names; what they wrote stays unless it was chosen."""
    chosen = scope.chosen_of(ENTRY)

    def mask(entry: Entry) -> dict[str, Any]:
        if entry.pk in chosen:
            return {"text": REMOVED, "author_words": _author(scope, entry), "summary": REMOVED}
        new = without(scope.known, entry, "summary") | {"author_words": _author(scope, entry)}
        return new if entry.is_from_customer else new | without(scope.known, entry, "text")

    rows = entries_of(scope.people)
    one = forget_rows(
        rows, mask, after=after, most=most, known=scope.known, fields=(), scrubbed=("author_words", "summary", "text")
    )
    return forget_chosen(one, rows, chosen, scope.known)


def _author(scope: Scope, entry: Entry) -> str:
    return "The customer" if scope.known.named_in(entry.author_words) else entry.author_words


def shown(people: Sequence[int]) -> Iterable[dict[str, Any]]:
    """Their cases, oldest first, each with what was said and done; not what we only noted for ourselves about others."""
    rows = Case.objects.filter(person__in=people).select_related("account").prefetch_related("entries")
    for case in rows.order_by("received_at", "pk").iterator(chunk_size=200):
        history = sorted(case.entries.all(), key=lambda each: (each.at, each.pk))
        yield told(case, SHOWN) | {
            "history": [told(each, ("at", "what", "author_words", "summary", "text")) for each in history]
        }


def words(people: Sequence[int]) -> Iterable[Words]:
    """What they wrote to us: the complaint itself, and their messages."""
    empty = Q(complaint_text__in=("", REMOVED)) & Q(remedy_sought__in=("", REMOVED))
    for case in Case.objects.filter(person__in=people).exclude(empty).order_by("received_at", "pk"):
        text = case.complaint_text or case.remedy_sought
        yield Words(f"{CASE}:{case.pk}", case.received_at, case.reference, text[:200], case.get_absolute_url())
    messages = entries_of(people).filter(what=Entry.What.MESSAGE_IN).exclude(text__in=("", REMOVED))
    for entry in messages.select_related("case").order_by("at", "pk"):
        yield Words(
            f"{ENTRY}:{entry.pk}",
            entry.at,
            f"a message in {entry.case.reference}",
            entry.text[:200],
            entry.get_absolute_url(),
        )


def old(before: datetime) -> QuerySet[Any]:
    """Cases closed before that moment which still know a name, an address or a number."""
    rows = Case.objects.filter(closed_at__lt=before)
    return rows.exclude(contact_name="", contact_email__isnull=True, contact_phone="")


def forget_old(ids: Sequence[int], by: Actor, at: datetime) -> int:
    """Case by case: the name of one customer may be an ordinary word in the case of another."""
    return sum(_forget_case(case) for case in Case.objects.filter(pk__in=ids).order_by("pk"))


def _forget_case(case: Case) -> int:
    known = _also(Known(), case)

    def entry_mask(entry: Entry) -> dict[str, Any]:
        ours = ("author_words", "summary") if entry.is_from_customer else ("author_words", "summary", "text")
        return without(known, entry, *ours)

    entries = Entry.objects.filter(case=case.pk)
    forget_rows(
        entries,
        entry_mask,
        after=0,
        most=entries.count() + 1,
        known=known,
        fields=("author_words",),
        scrubbed=("summary", "text"),
    )
    return forget_rows(
        Case.objects.filter(pk=case.pk),
        lambda row: CONTACT | without(known, row, *OURS),
        after=0,
        most=2,
        known=known,
        fields=tuple(CONTACT),
        scrubbed=OURS,
    ).changed


def _of_held(people: Any, accounts: Any) -> QuerySet[Any]:
    """The ids of the cases of these people and accounts."""
    return Case.objects.filter(Q(person__in=people) | Q(account__in=accounts)).values("pk")


def register() -> None:
    """Say what is kept here."""
    register_rule("cases.case.person", Moves())
    register_rule("cases.case.account", Moves())
    register_held("cases.case", _of_held)
    register_holding(
        Holding(
            "cases.cases",
            "Complaints and other cases",
            shown=shown,
            forget=forget_cases,
            count=lambda people: Case.objects.filter(person__in=people).count(),
            goes="Name, address and number; their names in titles and in what we wrote; and the words that you choose below.",
            stays="The complaint with its words, what we found, decided and did, with all dates.",
            words=words,
            expiry=Expiry(
                old,
                forget_old,
                lambda row: f"{row.reference}, closed on {row.closed_at:%-d %B %Y}",
                "Closed cases",
                "Name, address and number of the customer, and these out of what we wrote; words, dates and decisions stay.",
            ),
        )
    )
    register_holding(
        Holding(
            "cases.entries",
            "What was said and done in their cases",
            shown=lambda people: (),
            forget=forget_entries,
            count=lambda people: entries_of(people).count(),
            goes="Names, addresses and numbers in what we wrote, also in the mails that went out.",
            stays="Their own messages, unless you choose them; that something was said or done, when and by whom of us.",
        )
    )
