"""How a response stands in the thread: as the answer that everything else began with."""

from wellheard.core.thread import register_step
from wellheard.surveys.models import Response


def answer_step(response: Response) -> tuple[str, str]:
    """`3 out of 10, 16 November`; without a score `In words, 16 November`."""
    rated = (
        response.answers.filter(score__isnull=False).select_related("question").order_by("question__position").first()
    )
    day = f"{response.answered_on:%-d %B}"
    if rated is None:
        return f"In words, {day}", "done"
    return f"{rated.score} out of {rated.question.scale[1]}, {day}", "done"


def register() -> None:
    """Take part in the thread."""
    register_step("answer", "surveys.response", answer_step)
