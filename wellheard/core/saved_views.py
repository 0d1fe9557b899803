"""Saved views: a list's filters and order, kept under a name by a member for themselves."""

from datetime import datetime

from wellheard.core.action import action
from wellheard.core.errors import Refusal
from wellheard.core.models.members import Member
from wellheard.core.models.saved import SavedView


@action("core.save_view")
def save_view(page: str, name: str, query: str, by: Member, *, at: datetime) -> SavedView:
    """Keep this view of the list; under a name that the member already uses there, it takes the other's place."""
    name = " ".join(name.replace("\x00", " ").split())
    if not name:
        raise Refusal("The view has no name yet, so it was not saved. Give it a name and save again.", field="name")
    if len(name) > 60:
        raise Refusal(
            f"The name has {len(name)} characters; 60 is the most. The view was not saved. Shorten it and save again.",
            field="name",
        )
    if len(query) > 1000:
        raise Refusal("This view has too many words to be kept. Nothing was saved. Use fewer words and save again.")
    view = SavedView.objects.filter(member=by, page=page, name=name).first() or SavedView(
        member=by, page=page, name=name
    )
    view.query = query
    view.save()
    return view


@action("core.remove_view")
def remove_view(view: SavedView, by: Member, *, at: datetime) -> None:
    """Forget the view; the list itself is untouched."""
    view.delete()
