"""Tasks as an agenda: the clock first, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone
from django.utils.formats import date_format

from wellheard.core.clock import calendar_around
from wellheard.core.links import fetch
from wellheard.core.models.members import Member
from wellheard.core.models.organisation import Site
from wellheard.core.models.tasks import Task
from wellheard.core.records import Record
from wellheard.core.templatetags.words import day_in_words
from wellheard.ground.working_time import Calendar, Interval, distance_in_words, in_words

OFFICE = {day: (Interval(time(9), time(17)),) for day in range(5)}


@dataclass(frozen=True)
class Line:
    """One line of the agenda, as `<c-agenda>` draws it."""

    when: str
    when_note: str
    tone: str
    title: str
    note: str
    url: str
    button: str


def agenda_of(member: Member, tasks: Iterable[Task], now: datetime) -> list[Line]:
    """The tasks as lines, in their order; distances in the working days of the task's site, else of the member's."""
    tasks = list(tasks)
    urls = _addresses(tasks)
    calendars: dict[int | None, Calendar] = {}

    def calendar(site: Site | None) -> Calendar:
        key = site.pk if site else None
        if key not in calendars:
            zone = timezone.get_current_timezone_name()
            calendars[key] = calendar_around(site, now) if site else Calendar(zone=zone, week=OFFICE, holidays={})
        return calendars[key]

    lines = []
    for task in tasks:
        when, note, tone = clock_words(task, now, calendar(task.site or member.site))
        url = urls.get(task.pk, "")
        lines.append(Line(when, note, tone, task.title, task.note, url, task.button if url else ""))
    return lines


def clock_words(task: Task, now: datetime, calendar: Calendar) -> tuple[str, str, str]:
    """When, how far away, and how urgent: `("Tomorrow, 16:30", "in 1 working day", "wait")`."""
    zone = timezone.get_current_timezone()
    today = now.astimezone(zone).date()
    if task.due_at is None:
        since = task.opened_at.astimezone(zone).date()
        return "No date", f"since {day_in_words(since, today)}", ""
    distance = distance_in_words(task.due_at, now, calendar)
    if task.due_at <= now:
        return "Late", distance, "worse"
    day = task.due_at.astimezone(zone).date()
    if (day - today).days <= 1:
        words = in_words(task.due_at, now, str(zone))
        return words[:1].upper() + words[1:], distance, "wait"
    # The day and its month stay together where the narrow column breaks.
    written = date_format(day, "j M" if day.year == today.year else "j M Y").replace(" ", "\u00a0")
    return f"{date_format(day, 'l')} {written}", distance, ""


def _addresses(tasks: list[Task]) -> dict[int, str]:
    """Where each task leads: its own address, or the page of the record that it is about."""
    keys = {task.pk: (task.about_kind, task.about_id) for task in tasks if not task.url and task.about_id}
    records = fetch({(kind, pk) for kind, pk in keys.values() if pk is not None})
    urls = {task.pk: task.url for task in tasks}
    for task_pk, (kind, pk) in keys.items():
        record = records.get((kind, pk or 0))
        urls[task_pk] = record.get_absolute_url() if isinstance(record, Record) else ""
    return urls
