"""Core's tables, one file a subject."""

from wellheard.core.models.files import StoredFile
from wellheard.core.models.imports import ImportBatch
from wellheard.core.models.jobs import JobRun
from wellheard.core.models.links import Link
from wellheard.core.models.members import ApiToken, Member, RoleGrant
from wellheard.core.models.organisation import Holiday, Organisation, Site
from wellheard.core.models.outbox import OutboxMessage
from wellheard.core.models.references import ReferenceCounter
from wellheard.core.models.saved import SavedView
from wellheard.core.models.search import SearchEntry
from wellheard.core.models.signatures import Signature
from wellheard.core.models.tasks import Task
from wellheard.core.models.trail import TrailCheckpoint, TrailEntry, TrailHead, TrailPersonal, TrailRemoval, TrailSeal
from wellheard.core.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "ApiToken",
    "Holiday",
    "ImportBatch",
    "JobRun",
    "Link",
    "Member",
    "Organisation",
    "OutboxMessage",
    "ReferenceCounter",
    "RoleGrant",
    "SavedView",
    "SearchEntry",
    "Signature",
    "Site",
    "StoredFile",
    "Task",
    "TrailCheckpoint",
    "TrailEntry",
    "TrailHead",
    "TrailPersonal",
    "TrailRemoval",
    "TrailSeal",
    "Webhook",
    "WebhookDelivery",
]
