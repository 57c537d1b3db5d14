"""Addresses of formats, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.formats import feedback_views, office_views, public_views

public: list[URLPattern] = [path("formate/", public_views.list_formats, name="formats")]
urlpatterns: list[URLPattern] = [
    path("<uuid:key>/tagung/aufzeichnung/", office_views.list_recordings, name="recordings"),
    path("<uuid:key>/tagung/aufzeichnung/<str:stamp>/", office_views.edit_recording, name="recording"),
    path("<uuid:key>/rueckmeldung/", feedback_views.find_feedback, name="feedback_where"),
    path("teilnahme/<str:token>/rueckmeldung/<str:stamp>/", feedback_views.feedback, name="feedback"),
]
