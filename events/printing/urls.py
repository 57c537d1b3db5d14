"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.printing import public_views, views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/schedule.xml", public_views.send_schedule, {"form": "xml"}, name="schedule_xml"),
    path("<uuid:key>/schedule.json", public_views.send_schedule, {"form": "json"}, name="schedule_json"),
    path("<uuid:key>/druck/programm.pdf", public_views.send_programme, name="print_programme"),
    path("<uuid:key>/druck/", views.choose_print, name="printing"),
    path("<uuid:key>/druck/raeume.pdf", views.print_signs, name="print_signs"),
    path("<uuid:key>/druck/sessionkarten.pdf", views.print_cards, name="print_cards"),
    path("<uuid:key>/druck/namensschilder.pdf", views.print_badges, name="print_badges"),
    path("<uuid:key>/druck/unterschriften.pdf", views.print_signatures, name="print_signatures"),
    path("<uuid:key>/druck/evakuierung.pdf", views.print_evacuation, name="print_evacuation"),
    path("<uuid:key>/druck/verpflegung.pdf", views.print_meals, name="print_meals"),
]
