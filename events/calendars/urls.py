"""Addresses of calendars, in the namespace of events."""

from __future__ import annotations

from django.urls import path

from events.calendars import views

urlpatterns = [
    path("kalender/alle.ics", views.show_all_calendar, name="calendar_all"),
    path("kalender/<uuid:key>.ics", views.show_event_calendar, name="calendar_event"),
    path("kalender/<slug:source>.ics", views.show_source_calendar, name="calendar_source"),
    path("kalender/thema/<slug:topic>.ics", views.show_topic_calendar, name="calendar_topic"),
    path("kalender/meine/<str:token>.ics", views.show_own_calendar, name="calendar_person"),
]
