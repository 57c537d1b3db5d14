"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.stage import card_views, stage_views, wall_views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/buehne/", stage_views.show_stage, name="stage"),
    path("<uuid:key>/wand/", wall_views.show_wall, name="wall"),
    path("<uuid:key>/karte/<uuid:session_id>/", card_views.show_card, name="card"),
]
