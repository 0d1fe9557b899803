"""Public addresses, included at the root under the namespace `portal`."""

from django.urls import path

from wellheard.feedback import portal

urlpatterns = [
    path("told/", portal.told, name="told"),
    path("told/stop/<str:token>/", portal.stop, name="stop"),
    path("say/", portal.say, name="say"),
]
