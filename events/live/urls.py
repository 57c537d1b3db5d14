"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.live import notice_views, views

urlpatterns: list[URLPattern] = [
    path("sw.js", views.worker, name="worker"),
    path("<uuid:key>/tafel/stand.json", views.live_state, name="live_state"),
    path("<uuid:key>/projektor/", views.projector, name="projector"),
    path("<uuid:key>/tagung/ansagen/", notice_views.notices, name="notices"),
]
