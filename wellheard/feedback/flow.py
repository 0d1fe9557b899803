"""Which status follows which."""

from django.db import models

from wellheard.core.flow import Flow, move


class StatementStatus(models.TextChoices):
    """Whether someone has looked after what was said."""

    NEW = "new", "not yet handled"
    HANDLED = "handled", "handled"


class NoticeStatus(models.TextChoices):
    """How far the news has come."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published, nobody told yet"
    TOLD = "told", "told"


STATEMENT_FLOW = Flow(
    {
        "handle": move(StatementStatus.NEW, to=StatementStatus.HANDLED),
        "reopen": move(StatementStatus.HANDLED, to=StatementStatus.NEW),
    },
    words=dict(StatementStatus.choices),
)

NOTICE_FLOW = Flow(
    {
        "change": move(NoticeStatus.DRAFT, to=NoticeStatus.DRAFT),
        "publish": move(NoticeStatus.DRAFT, to=NoticeStatus.PUBLISHED),
        "take_back": move(NoticeStatus.PUBLISHED, to=NoticeStatus.DRAFT),
        # Whoever joins later is told as well, so telling may be repeated; nobody hears the same news twice.
        "tell": move(NoticeStatus.PUBLISHED, NoticeStatus.TOLD, to=NoticeStatus.TOLD),
    },
    words=dict(NoticeStatus.choices),
)
