"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.grid import board_views, release_views, views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/programm/", board_views.board, name="board"),
    path("<uuid:key>/programm/planen/", views.edit_plan, name="grid"),
    path("<uuid:key>/programm/planen/<uuid:session_id>/", views.edit_session, name="grid_session"),
    path("<uuid:key>/programm/rueckgaengig/", views.undo_change, name="grid_undo"),
    path("<uuid:key>/programm/freigaben/", release_views.releases, name="releases"),
    path("<uuid:key>/programm/verlauf/", release_views.history, name="history"),
]
