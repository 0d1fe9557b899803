"""List pages: declared once, and filtered, sorted, saved, paged and exported alike everywhere.

CASES = ListPage(
    key="cases.list",
    title=lambda count: how_many(count, "open complaint", "open complaints"),
    rows=lambda member: Case.objects.visible_to(member).select_related("account"),
    columns=(
        Column("title", "Complaint", lambda case: case.title, url=Case.get_absolute_url, sort="title"),
        Column("due", "Answer due", lambda case: case.answer_due, sort="answer_due", kind="moment"),
    ),
    filters=(site_filter(),),
    search=("title", "reference"),
    default_sort="due",
)
urlpatterns = [path("", list_view(CASES), name="list")]
"""

from wellheard.core.lists.page import Column, Filter, ListPage, how_many, site_filter
from wellheard.core.lists.view import list_view

__all__ = ["Column", "Filter", "ListPage", "how_many", "list_view", "site_filter"]
