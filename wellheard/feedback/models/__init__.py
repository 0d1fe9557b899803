"""What was said, the rules that listen, and what customers are told."""

from wellheard.feedback.flow import NoticeStatus, StatementStatus
from wellheard.feedback.models.notices import TEXT_PARTS, Notice, Outcome, Telling
from wellheard.feedback.models.rules import ListeningRule, RuleFiring
from wellheard.feedback.models.statements import SCALES, Scale, Source, Statement, is_high, is_low

__all__ = [
    "SCALES",
    "TEXT_PARTS",
    "ListeningRule",
    "Notice",
    "NoticeStatus",
    "Outcome",
    "RuleFiring",
    "Scale",
    "Source",
    "Statement",
    "StatementStatus",
    "Telling",
    "is_high",
    "is_low",
]
