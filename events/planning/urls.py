"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.planning import views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/programm/stand.json", views.show_stand, name="stand"),
    path("<uuid:key>/programm/befehle/", views.carry_out_order, name="orders"),
]
