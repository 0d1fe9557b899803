"""What people do with what customers say: the only place that writes."""

from wellheard.feedback.actions.notices import (
    change_notice,
    publish,
    take_back,
    tell_everyone,
    told_by_hand,
    write_notice,
)
from wellheard.feedback.actions.rules import add_rule, change_rule
from wellheard.feedback.actions.statements import add_voice, already_heard, handle, hear, reopen
from wellheard.feedback.rules import fire_rule

__all__ = [
    "add_rule",
    "add_voice",
    "already_heard",
    "change_notice",
    "change_rule",
    "fire_rule",
    "handle",
    "hear",
    "publish",
    "reopen",
    "take_back",
    "tell_everyone",
    "told_by_hand",
    "write_notice",
]
