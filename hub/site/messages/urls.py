"""Addresses of directed messages, in the site's namespace."""

from __future__ import annotations

from django.urls import path

from hub.site.messages import views

urlpatterns = [
    path("interesse/<uuid:key>/", views.interest, name="interest"),
    path("nachrichten/", views.messages_of_mine, name="messages"),
    path("nachrichten/<uuid:key>/", views.thread, name="thread"),
]
