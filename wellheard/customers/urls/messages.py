"""The addresses of templates and mailings."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages.messages import MAILINGS, TEMPLATES
from wellheard.customers.views import messages as views

urlpatterns = [
    path("mailings/", list_view(MAILINGS), name="mailings"),
    path("mailings/new/", views.new_mailing, name="new-mailing"),
    path("mailings/<int:pk>/", views.mailing, name="mailing"),
    path("mailings/<int:pk>/approve/", views.approve, name="approve-mailing"),
    path("mailings/<int:pk>/stop/", views.stop, name="stop-mailing"),
    path("mailings/<int:pk>/go-on/", views.go_on, name="go-on-with-mailing"),
    path("mailings/templates/", list_view(TEMPLATES), name="templates"),
    path("mailings/templates/new/", views.new_template, name="new-template"),
    path("mailings/templates/<int:pk>/", views.template, name="template"),
    path("mailings/templates/<int:pk>/retire/", views.retire, name="retire-template"),
]
