"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.door import badge_views, helper_views, views, walk_in_views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/tagung/helfende/", helper_views.manage_helpers, name="helpers"),
    path("helfen/<token>/", helper_views.become_helper, name="helper"),
    path("<uuid:key>/einlass/", views.show_door, name="door"),
    path("<uuid:key>/einlass/eingaenge/", views.take_batch, name="door_batch"),
    path("<uuid:key>/einlass/liste.json", views.send_list, name="door_list"),
    path("<uuid:key>/einlass/suche.json", views.find_people, name="door_search"),
    path("<uuid:key>/einlass/zuruecknehmen/", views.take_back, name="door_undo"),
    path("<uuid:key>/einlass/von-hand/", walk_in_views.write_down, name="door_walk_in"),
    path("b/<badge>/", badge_views.show_badge, name="badge"),
]
