"""The API's addresses, under /api/v1/."""

from wellheard.api.api import api

urlpatterns = api.urls[0]
app_name = "api"
