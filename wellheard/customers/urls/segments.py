"""The addresses of segments."""

from django.urls import URLPattern, path

from wellheard.core.lists import list_view
from wellheard.customers.pages.segments import MEMBERS, SEGMENTS
from wellheard.customers.views import clusters, segment_forms, segments

urlpatterns: list[URLPattern] = [
    path("segments/", list_view(SEGMENTS), name="segments"),
    path("segments/new/", segment_forms.new_segment, name="new-segment"),
    path("segments/clusters/", clusters.clusters, name="clusters"),
    path("segments/clusters/name/", clusters.name_group, name="name-cluster"),
    path("segments/<int:pk>/", segments.segment, name="segment"),
    path("segments/<int:pk>/members/", list_view(MEMBERS), name="segment-members"),
    path("segments/<int:pk>/edit/", segment_forms.edit_segment, name="edit-segment"),
    path("segments/<int:pk>/renew/", segments.renew_segment, name="renew-segment"),
    path("segments/<int:pk>/retire/", segments.retire, name="retire-segment"),
    path("segments/<int:pk>/use-again/", segments.use_again, name="use-segment-again"),
    path("segments/<int:pk>/put/", segments.put, name="put-into-segment"),
    path("segments/<int:pk>/take/<int:customer>/", segments.take, name="take-out-of-segment"),
]
