"""Who sees surveys and what was answered, and who may ask."""

from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, at_site, declare, declare_each
from wellheard.core.actors import MEMBER_ROLES, Actor, Role
from wellheard.feedback.models import Statement
from wellheard.feedback.withheld import ids_kept_from
from wellheard.surveys.models import Question, Response, Survey

RESPONSE = "surveys.response"

READERS: dict[Role, Scope] = dict.fromkeys(MEMBER_ROLES, EVERYWHERE) | {
    Role.FRONT_LINE: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}
WRITERS: dict[Role, Scope] = {
    Role.ADMINISTRATOR: EVERYWHERE,
    Role.QUALITY_MANAGER: AT_SITE,
    Role.ANALYST: AT_SITE,
    Role.SYSTEM: EVERYWHERE,
}


def about_themselves(actor: Actor, response: Response) -> str | None:
    """Nobody reads an answer that is a complaint about themselves."""
    kept = ids_kept_from(actor)
    if kept and Statement.objects.filter(pk__in=kept, origin_kind=RESPONSE, origin_id=response.pk).exists():
        return "This is about you, so somebody else looks after it."
    return None


declare("surveys.see_survey", Survey, READERS)
declare("surveys.see_question", Question, READERS | {Role.FRONT_LINE: at_site("survey__site_id")})
declare("surveys.see_response", Response, READERS, unless=about_themselves)
declare_each(
    (
        "surveys.add_survey",
        "surveys.amend_draft",
        "surveys.open",
        "surveys.close",
        "surveys.reopen",
        "surveys.reword",
        "surveys.leave_out",
        "surveys.count_again",
        "surveys.import_into",
    ),
    Survey,
    WRITERS,
)
