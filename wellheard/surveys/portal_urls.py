"""The public addresses of surveys; the portal includes them."""

from django.urls import path

from wellheard.surveys.portal import answer_page

urlpatterns = [path("a/<str:token>/", answer_page, name="answer")]
