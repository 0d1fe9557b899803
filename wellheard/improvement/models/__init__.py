"""The tables of improvement, one file a subject."""

from wellheard.improvement.models.action import CorrectiveAction
from wellheard.improvement.models.analysis import CauseAnalysis, Why
from wellheard.improvement.models.plan import EffectivenessPlan
from wellheard.improvement.models.verdict import Verdict

__all__ = ["CauseAnalysis", "CorrectiveAction", "EffectivenessPlan", "Verdict", "Why"]
