"""What people type about customers, made clean."""

from wellheard.customers.forms.directory import AccountField, AccountForm, PersonForm, WatchedForm, refuse
from wellheard.customers.forms.fields import FieldForm
from wellheard.customers.forms.reaching import AddressForm, AffiliationForm, PointForm, StandingForm, TagsForm

__all__ = [
    "AccountField",
    "AccountForm",
    "AddressForm",
    "AffiliationForm",
    "FieldForm",
    "PersonForm",
    "PointForm",
    "StandingForm",
    "TagsForm",
    "WatchedForm",
    "refuse",
]
