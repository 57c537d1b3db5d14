"""Addresses of the calendars, mounted at the root."""

from __future__ import annotations

from django.urls import path

from events import views

app_name = "events"
urlpatterns = [
    path("kalender/alle.ics", views.show_all_calendar, name="calendar_all"),
    path("kalender/<uuid:key>.ics", views.show_event_calendar, name="calendar_event"),
    path("kalender/<slug:source>.ics", views.show_source_calendar, name="calendar_source"),
]
