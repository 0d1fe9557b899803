"""Where the pages of customers stand in the navigation."""

from wellheard.core.navigation import Place, register_place

CARE = (
    "customers:duplicates",
    "customers:merges",
    "customers:privacy-requests",
    "customers:holds",
    "customers:retention",
    "customers:imports",
)
PLACES = (
    Place("Know", "Customers", "customers:list", order=10, permission="customers.see_account"),
    Place("Know", "People", "customers:people", order=20, permission="customers.see_person"),
    Place("Know", "Conversations", "customers:conversations", order=30, permission="customers.see_conversation"),
    Place("Know", "Segments", "customers:segments", order=40, permission="customers.see_segment"),
    Place(
        "Know",
        "Buying and churn",
        "customers:buying",
        order=50,
        permission="customers.see_order",
        besides=("customers:orders",),
    ),
    Place("Know", "Interested parties", "customers:parties", order=60, permission="customers.see_interestedparty"),
    Place("Know", "Messages", "customers:mailings", order=70, permission="customers.see_mailing"),
    Place("Know", "Data care", "customers:care", order=80, permission="customers.see_duplicatepair", besides=CARE),
)


def register() -> None:
    """Put them there."""
    for place in PLACES:
        register_place(place)
