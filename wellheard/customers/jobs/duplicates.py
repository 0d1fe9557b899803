"""Looking for duplicates every night, and when someone asks."""

import django_tasks
from django.utils import timezone

from wellheard.core.jobs import every
from wellheard.customers.actions.pairs import look_for_duplicates


@every(seconds=24 * 3600)
def look_every_night() -> dict[str, int]:
    """Compare everybody with everybody who has something in common."""
    return look_for_duplicates(timezone.now())


@django_tasks.task()
def look_now() -> dict[str, int]:
    """The same, because someone pressed the button."""
    return look_for_duplicates(timezone.now())
