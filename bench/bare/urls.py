"""`/raw/`: one raw INSERT a request, committed before the answer. `/empty/`: nothing at all."""

import json

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


def raw(request: HttpRequest) -> HttpResponse:
    """Store the score with one statement; autocommit makes it durable."""
    sent = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_answer (score, text) VALUES (%s, %s)", [sent["score"], sent["text"]])
    return HttpResponse(status=201)


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    """The framework alone."""
    return HttpResponse(status=201)


urlpatterns = [path("raw/", raw), path("empty/", empty)]
