"""Addresses of questions to all, in the site's namespace."""

from __future__ import annotations

from django.urls import path

from hub.site.questions import views

urlpatterns = [
    path("fragen/an-die-community/", views.ask_community, name="community-question"),
    path("nachrichten/<uuid:key>/beitrag/", views.begin_contribution, name="question-draft"),
]
