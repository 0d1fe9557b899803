"""The addresses of buying."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages import buyers as buyer_lists
from wellheard.customers.pages.buying import BUYERS
from wellheard.customers.pages.coming_back import COHORT
from wellheard.customers.pages.orders import ORDERS
from wellheard.customers.pages.rfm import CELL, GROUP, MOVED
from wellheard.customers.views import buyers, buying, coming_back, rfm

urlpatterns = [
    path("buying/", buying.overview, name="buying"),
    path("buying/look/", buying.look, name="buying-look"),
    path("buying/customers/", list_view(BUYERS), name="buyers"),
    path("buying/rfm/", rfm.rfm, name="buying-rfm"),
    path("buying/rfm/cut/", rfm.cut, name="buying-cut"),
    path("buying/rfm/segment/<slug:key>/", rfm.make_segment, name="buying-segment"),
    path("buying/rfm/<int:cut>/<int:r>-<int:f>/", list_view(CELL), name="rfm-cell"),
    path("buying/rfm/<int:cut>/moved/<slug:was>/<slug:now>/", list_view(MOVED), name="rfm-moved"),
    path("buying/rfm/<int:cut>/<slug:group>/", list_view(GROUP), name="rfm-group"),
    path("buying/again/", coming_back.cohorts, name="buying-cohorts"),
    path("buying/again/<slug:unit>/<slug:currency>/<slug:cohort>/<int:age>/", list_view(COHORT), name="cohort"),
    path("buying/worth/", coming_back.worth, name="buying-worth"),
    path("buying/warnings/", list_view(buyer_lists.WARNINGS), name="buying-warnings"),
    path("buying/warnings/<int:pk>/", buyers.warning, name="buying-warning"),
    path("buying/warnings/of/<str:key>/", buyers.warning_of, name="buying-warning-of"),
    path("buying/lost/", list_view(buyer_lists.LOST), name="buying-lost"),
    path("buying/lost/<int:pk>/", buyers.last_signals, name="buying-signals"),
    path("buying/unknown/", list_view(buyer_lists.UNKNOWN), name="buying-unknown"),
    path("buying/unknown/<int:pk>/", buyers.match, name="buying-match"),
    path("orders/", list_view(ORDERS), name="orders"),
    path("orders/account/<int:account>/", list_view(ORDERS), name="orders-of-account"),
    path("orders/person/<int:person>/", list_view(ORDERS), name="orders-of-person"),
]
