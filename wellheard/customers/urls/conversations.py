"""The addresses of conversations."""

from django.urls import path

from wellheard.core.lists import list_view
from wellheard.customers.pages.conversations import CONVERSATIONS
from wellheard.customers.views import conversations as views

urlpatterns = [
    path("conversations/", list_view(CONVERSATIONS), name="conversations"),
    path("conversations/new/", views.new_conversation, name="new-conversation"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/edit/", views.edit_conversation, name="edit-conversation"),
    path("conversations/<int:pk>/words/", views.say_more, name="add-words"),
    path("conversations/words/<int:pk>/", views.edit_words, name="edit-words"),
    path("conversations/<int:pk>/follow-ups/", views.follow_it_up, name="follow-up"),
    path("conversations/<int:pk>/follow-ups/<int:task>/", views.followed_up, name="followed-up"),
]
