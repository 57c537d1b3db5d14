"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.results import public_views, views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/tagung/ergebnisse/", views.list_outcomes, name="outcomes"),
    path("<uuid:key>/tagung/ergebnisse/<uuid:session>/", views.edit_outcome, name="outcome"),
    path("<uuid:key>/ergebnisse/", public_views.show_results, name="results"),
    path("<uuid:key>/ergebnisse/dokumentation.pdf", public_views.send_documentation, name="documentation"),
]
