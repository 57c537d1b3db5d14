"""Addresses of the federation, below ``/federation/``."""

from __future__ import annotations

from django.urls import path

from federation import views
from federation.messages import views as messages

app_name = "federation"

urlpatterns = [
    path("actor", views.actor, name="actor"),
    path("head", views.head, name="head"),
    path("log", views.log, name="log"),
    path("inbox", views.receive, name="inbox"),
    path("messages", messages.receive, name="messages"),
]
