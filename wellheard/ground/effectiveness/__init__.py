"""Did it work? The verdict of a plan from a series of measurements, computed so that an auditor can compute it again.

Make a `Plan` before anyone acts, look at `earliest_decision` whether it can succeed, and `judge` it once the follow-up
has ended. Nothing here knows what a complaint is, what today is, or who asks.
"""

from wellheard.ground.effectiveness.judge import judge, recompute
from wellheard.ground.effectiveness.plan import Direction, Kind, Observation, Period, Plan, Window
from wellheard.ground.effectiveness.planning import Outlook, earliest_decision, power
from wellheard.ground.effectiveness.trend import InterruptedRate, its_rate_ratio
from wellheard.ground.effectiveness.verdict import ChartRow, Guard, Verdict, Word, expected_false

__all__ = [
    "ChartRow",
    "Direction",
    "Guard",
    "InterruptedRate",
    "Kind",
    "Observation",
    "Outlook",
    "Period",
    "Plan",
    "Verdict",
    "Window",
    "Word",
    "earliest_decision",
    "expected_false",
    "its_rate_ratio",
    "judge",
    "power",
    "recompute",
]
