"""Addresses of surveys, below `/surveys/`."""

from django.urls import path, re_path

from wellheard.surveys.views import answers, importing, lists, record, results, wording

app_name = "surveys"
urlpatterns = [
    path("", lists.surveys, name="list"),
    path("new/", record.new, name="new"),
    path("import/", importing.bring, name="import"),
    path("import/<str:reference>/", importing.batch, name="batch"),
    path("import/<str:reference>/undo/", importing.undo, name="undo"),
    path("answer/<int:pk>/", answers.answer, name="answer"),
    path("answer/<int:pk>/count/", answers.count, name="count"),
    path("<int:pk>/", record.detail, name="detail"),
    path("<int:pk>/edit/", record.edit, name="edit"),
    path("<int:pk>/wording/<int:question>/", wording.wording, name="wording"),
    path("<int:pk>/results/", results.results, name="results"),
    path("<int:pk>/answers/", answers.answers, name="answers"),
    re_path(r"^(?P<pk>\d+)/(?P<verb>open|close|reopen)/$", record.move, name="move"),
]
