"""Addresses below /feedback/."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.feedback.pages import NOTICES, STATEMENTS
from wellheard.feedback.views import notices, rules, statements

app_name = "feedback"
urlpatterns = [
    path("", list_view(STATEMENTS), name="list"),
    path("new/", statements.new_statement, name="new"),
    path("<int:pk>/", statements.statement, name="detail"),
    path("<int:pk>/handled/", statements.handle_it, name="handle"),
    path("<int:pk>/reopened/", statements.reopen_it, name="reopen"),
    path("heard-words/<int:pk>/", statements.hear_heard_words, name="hear-words"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.new_rule, name="new-rule"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("notices/", list_view(NOTICES), name="notices"),
    path("notices/new/", notices.new_notice, name="new-notice"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/edit/", notices.edit_notice, name="edit-notice"),
    path("notices/<int:pk>/published/", notices.publish_it, name="publish"),
    path("notices/<int:pk>/taken-back/", notices.take_it_back, name="take-back"),
    path("notices/<int:pk>/tellings/", notices.tell, name="tell"),
    path("notices/<int:pk>/voices/", notices.voices, name="voices"),
    path("tellings/<int:pk>/told/", notices.told, name="told"),
]
