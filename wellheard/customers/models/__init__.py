"""Our customers: accounts, people, what is said and agreed with them, and what we know about them."""

from wellheard.customers.models.accounts import Account
from wellheard.customers.models.base import PRESENT, CustomerRecord, Lifecycle
from wellheard.customers.models.buying import (
    Buyer,
    BuyingLook,
    CohortCount,
    Proposal,
    RfmCut,
    RfmScore,
    WarningDismissal,
)
from wellheard.customers.models.consent import Consent, ConsentText, Purpose, Suppression
from wellheard.customers.models.conversations import Conversation, HeardWords
from wellheard.customers.models.duplicates import DuplicatePair, Merge
from wellheard.customers.models.fields import CustomField, ExternalId, Tag
from wellheard.customers.models.imports import ImportedChange, ImportSource, UnsubscribeRequest
from wellheard.customers.models.messages import Mailing, MailingRecipient, MessageTemplate
from wellheard.customers.models.orders import Order
from wellheard.customers.models.parties import InterestedParty, PartyNeed, PartyReview
from wellheard.customers.models.people import Address, Affiliation, ContactPoint, Person, PersonQuerySet
from wellheard.customers.models.privacy import LegalHold, PrivacyRequest, RetentionRule
from wellheard.customers.models.segments import Segment, SegmentMembership, SegmentRun

__all__ = [
    "PRESENT",
    "Account",
    "Address",
    "Affiliation",
    "Buyer",
    "BuyingLook",
    "CohortCount",
    "Consent",
    "ConsentText",
    "ContactPoint",
    "Conversation",
    "CustomField",
    "CustomerRecord",
    "DuplicatePair",
    "ExternalId",
    "HeardWords",
    "ImportSource",
    "ImportedChange",
    "InterestedParty",
    "LegalHold",
    "Lifecycle",
    "Mailing",
    "MailingRecipient",
    "Merge",
    "MessageTemplate",
    "Order",
    "PartyNeed",
    "PartyReview",
    "Person",
    "PersonQuerySet",
    "PrivacyRequest",
    "Proposal",
    "Purpose",
    "RetentionRule",
    "RfmCut",
    "RfmScore",
    "Segment",
    "SegmentMembership",
    "SegmentRun",
    "Suppression",
    "Tag",
    "UnsubscribeRequest",
    "WarningDismissal",
]
