"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.noting import views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/notizen/<uuid:session_id>/", views.note, name="note"),
    path("<uuid:key>/notizen/<uuid:session_id>/stand.json", views.note_state, name="note_state"),
    path("<uuid:key>/notizen/<uuid:session_id>/verlauf/", views.note_history, name="note_history"),
    path("notiz/<uuid:session_id>/<str:token>/", views.note_link, name="note_link"),
]
