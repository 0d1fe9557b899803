"""Working calendars of a site, and promises kept in working time: when they are due, and why then."""

from wellheard.ground.working_time.calendar import Calendar, Interval, NoWorkingTime, Stretch
from wellheard.ground.working_time.deadlines import DayShare, Deadline, Elapsed, Pause, Promise
from wellheard.ground.working_time.words import distance_in_words, in_words

__all__ = [
    "Calendar",
    "DayShare",
    "Deadline",
    "Elapsed",
    "Interval",
    "NoWorkingTime",
    "Pause",
    "Promise",
    "Stretch",
    "distance_in_words",
    "in_words",
]
