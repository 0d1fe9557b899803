"""Who sees surveys and what was answered, and who may ask."""

from wellheard.core.access import AT_SITE, EVERYWHERE, Scope, at_site, declare, declare_each
from wellheard.core.actors import MEMBER_ROLES, Role
from wellheard.surveys.models import Question, Response, Survey

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

declare("surveys.see_survey", Survey, READERS)
declare("surveys.see_question", Question, READERS | {Role.FRONT_LINE: at_site("survey__site_id")})
declare("surveys.see_response", Response, READERS)
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
