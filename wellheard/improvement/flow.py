"""Which status follows which, for analyses and for corrective actions."""

from django.db import models

from wellheard.core.flow import Flow, move


class AnalysisStatus(models.TextChoices):
    OPEN = "open", "looking for the cause"
    FOUND = "found", "cause found"


class ActionStatus(models.TextChoices):
    PROPOSED = "proposed", "proposed"
    PLANNED = "planned", "planned, test locked"
    UNDER_WAY = "under_way", "under way"
    DONE = "done", "done, being measured"
    JUDGED = "judged", "judged"
    CLOSED = "closed", "closed"


def words_of(statuses: type[models.TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in statuses.choices}


ANALYSIS_FLOW = Flow(
    {
        "find_cause": move(AnalysisStatus.OPEN, to=AnalysisStatus.FOUND),
        "reopen_analysis": move(AnalysisStatus.FOUND, to=AnalysisStatus.OPEN),
    },
    words=words_of(AnalysisStatus),
)

ACTION_FLOW = Flow(
    {
        "lock_plan": move(ActionStatus.PROPOSED, to=ActionStatus.PLANNED),
        "start": move(ActionStatus.PLANNED, to=ActionStatus.UNDER_WAY),
        "finish": move(ActionStatus.UNDER_WAY, to=ActionStatus.DONE),
        "judge": move(ActionStatus.DONE, to=ActionStatus.JUDGED),
        # A new version of the plan, because the first measurements could not tell.
        "measure_longer": move(ActionStatus.JUDGED, to=ActionStatus.DONE),
        "reopen": move(ActionStatus.JUDGED, to=ActionStatus.PROPOSED),
        "close": move(ActionStatus.JUDGED, to=ActionStatus.CLOSED),
    },
    words=words_of(ActionStatus),
)
