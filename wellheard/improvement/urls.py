"""Addresses below /improvement/."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.improvement.views import action, analysis, plan, verdict
from wellheard.improvement.views.lists import ACTIONS, ANALYSES

app_name = "improvement"
urlpatterns = [
    path("", list_view(ACTIONS), name="list"),
    path("new/", action.new, name="new"),
    path("analyses/", list_view(ANALYSES), name="analyses"),
    path("analyses/new/", analysis.new, name="new_analysis"),
    path("analyses/<int:pk>/", analysis.show, name="analysis"),
    path("analyses/<int:pk>/whys/", analysis.add, name="add_why"),
    path("analyses/<int:pk>/found/", analysis.found, name="find_cause"),
    path("analyses/<int:pk>/again/", analysis.again, name="reopen_analysis"),
    path("whys/<int:pk>/", analysis.revise, name="revise_why"),
    path("<int:pk>/", action.show, name="action"),
    path("<int:pk>/start/", action.begin, name="start"),
    path("<int:pk>/finish/", action.end, name="finish"),
    path("<int:pk>/close/", action.shut, name="close"),
    path("<int:pk>/reopen/", action.again, name="reopen"),
    path("<int:pk>/plan/", plan.show, name="plan"),
    path("<int:pk>/plan/lock/", plan.lock, name="lock_plan"),
    path("<int:pk>/verdict/", verdict.show, name="verdict"),
    path("<int:pk>/verdict/compute/", verdict.compute, name="judge"),
    path("<int:pk>/verdict/circumstances/", verdict.circumstances, name="circumstances"),
    path("<int:pk>/verdict/sign/", verdict.sign, name="sign"),
    path("<int:pk>/verdict.json", verdict.as_json, name="verdict_json"),
]
