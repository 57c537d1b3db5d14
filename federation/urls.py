"""Addresses of the federation, below ``/federation/``."""

from __future__ import annotations

from django.urls import include, path

from federation import views
from federation.activitypub.urls import urlpatterns as fediverse
from federation.comparing import views as comparing
from federation.messages import views as messages
from federation.notices import views as notices
from federation.peering import views as peering
from federation.restoring import views as restoring

app_name = "federation"

urlpatterns = [
    path("", include(fediverse)),
    path("head", views.head, name="head"),
    path("bucket/<int:number>", comparing.bucket, name="bucket"),
    path("log", views.log, name="log"),
    path("held", restoring.held, name="held"),
    path("held/log", restoring.held_log, name="held_log"),
    path("inbox", views.receive, name="inbox"),
    path("bodies/<str:key>/inbox", views.receive, name="body_inbox"),
    path("identity", peering.identity, name="identity"),
    path("proposals", peering.propose, name="proposals"),
    path("notices", notices.notices, name="notices"),
    path("messages", messages.receive, name="messages"),
]
