"""Who may do what with core's own records."""

from wellheard.core.access import AT_SITE, EVERYWHERE, declare, declare_each, own
from wellheard.core.actors import MEMBER_ROLES, Role
from wellheard.core.models.files import StoredFile
from wellheard.core.models.imports import ImportBatch
from wellheard.core.models.links import Link
from wellheard.core.models.members import ApiToken, Member
from wellheard.core.models.organisation import Organisation, Site
from wellheard.core.models.saved import SavedView
from wellheard.core.models.signatures import Signature
from wellheard.core.models.tasks import Task
from wellheard.core.models.webhooks import Webhook

WRITERS = tuple(role for role in MEMBER_ROLES if role != Role.AUDITOR)
WORKERS = dict.fromkeys((*WRITERS, Role.SYSTEM), EVERYWHERE)

declare("core.see_task", Task, {role: own() for role in MEMBER_ROLES} | {Role.QUALITY_MANAGER: (own(), AT_SITE)})
declare("core.open_task", None, WORKERS | {Role.PUBLIC: EVERYWHERE})
declare("core.end_task", Task, WORKERS | {Role.PUBLIC: EVERYWHERE})
declare("core.link", None, WORKERS | {Role.PUBLIC: EVERYWHERE})
declare("core.look_again", Link, dict.fromkeys(WRITERS, EVERYWHERE))
declare("core.sign", None, dict.fromkeys(WRITERS, EVERYWHERE))
declare("core.see_signature", Signature, dict.fromkeys(MEMBER_ROLES, EVERYWHERE))
declare("core.keep_file", None, WORKERS | {Role.PUBLIC: EVERYWHERE})
declare(
    "core.see_storedfile",
    StoredFile,
    dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.FRONT_LINE, Role.ANALYST, Role.AUDITOR), AT_SITE),
)
declare("core.save_view", None, dict.fromkeys(WRITERS, EVERYWHERE))
declare("core.remove_view", SavedView, {role: own("member_id") for role in WRITERS})
declare("core.see_savedview", SavedView, {role: own("member_id") for role in MEMBER_ROLES})
# Whoever may see a list may take it along; the trail notes who did.
declare("core.export", None, dict.fromkeys(MEMBER_ROLES, EVERYWHERE))
declare("core.see_member", Member, dict.fromkeys(MEMBER_ROLES, EVERYWHERE))
declare("core.see_site", Site, dict.fromkeys(MEMBER_ROLES, EVERYWHERE))
declare("core.see_organisation", Organisation, dict.fromkeys(MEMBER_ROLES, EVERYWHERE))
declare(
    "core.see_importbatch",
    ImportBatch,
    dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.ANALYST, Role.AUDITOR, Role.SYSTEM), EVERYWHERE),
)
declare_each(
    ("core.import", "core.undo_import"),
    None,
    dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.ANALYST, Role.SYSTEM), EVERYWHERE),
)
declare_each(
    ("core.set_up_organisation", "core.add_site", "core.add_member", "core.grant_role", "core.make_token"),
    None,
    {Role.ADMINISTRATOR: EVERYWHERE, Role.SYSTEM: EVERYWHERE},
)
declare_each(
    (
        "core.change_roles",
        "core.deactivate_member",
        "core.reactivate_member",
        "core.renew_access",
        "core.invite_member",
    ),
    Member,
    {Role.ADMINISTRATOR: EVERYWHERE, Role.SYSTEM: EVERYWHERE},
)
declare_each(("core.revoke_token", "core.see_apitoken"), ApiToken, {Role.ADMINISTRATOR: EVERYWHERE})
declare_each(
    ("core.see_webhook", "core.send_webhook_again", "core.test_webhook"), Webhook, {Role.ADMINISTRATOR: EVERYWHERE}
)
declare_each(
    ("core.add_webhook", "core.change_webhook", "core.renew_webhook_secret"), None, {Role.ADMINISTRATOR: EVERYWHERE}
)
declare_each(("core.resume_webhook", "core.remove_webhook"), Webhook, {Role.ADMINISTRATOR: EVERYWHERE})
declare("core.pause_webhook", Webhook, {Role.ADMINISTRATOR: EVERYWHERE, Role.SYSTEM: EVERYWHERE})
declare("core.change_site", Site, {Role.ADMINISTRATOR: EVERYWHERE, Role.SYSTEM: EVERYWHERE})
# Whoever opens their sign-in link is not signed in yet: the system acts, the entry names the member.
declare("core.take_account", Member, {Role.SYSTEM: EVERYWHERE})
declare("core.see_trail", None, dict.fromkeys((Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.AUDITOR), EVERYWHERE))
declare("core.take_checkpoint", None, {Role.SYSTEM: EVERYWHERE, Role.ADMINISTRATOR: EVERYWHERE})
declare("core.seal", None, {Role.SYSTEM: EVERYWHERE})
declare("core.see_link", Link, dict.fromkeys(MEMBER_ROLES, EVERYWHERE))
