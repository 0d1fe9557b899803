"""What people type about customers, made clean."""

from wellheard.customers.forms.directory import AccountField, AccountForm, PersonForm, WatchedForm, refuse

__all__ = ["AccountField", "AccountForm", "PersonForm", "WatchedForm", "refuse"]
