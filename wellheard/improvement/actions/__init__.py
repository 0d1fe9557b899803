"""What people do with causes and corrective actions: the only place that writes them."""

from wellheard.improvement.actions.analysis import add_why, find_cause, open_analysis, reopen_analysis, revise_why
from wellheard.improvement.actions.doing import close, finish, note_circumstances, open_action, reopen, start
from wellheard.improvement.actions.judging import judge, sign_verdict
from wellheard.improvement.actions.planning import lock_plan, plan_effectiveness

__all__ = [
    "add_why",
    "close",
    "find_cause",
    "finish",
    "judge",
    "lock_plan",
    "note_circumstances",
    "open_action",
    "open_analysis",
    "plan_effectiveness",
    "reopen",
    "reopen_analysis",
    "revise_why",
    "sign_verdict",
    "start",
]
