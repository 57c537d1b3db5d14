"""Addresses toward the Fediverse: those below ``/federation/``, and ``fixed`` ones that others prescribe."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from federation.activitypub import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("actor", views.actor, name="actor"),
    path("outbox", views.outbox_of, name="outbox"),
    path("followers", views.followers_of, name="followers"),
    path("bodies/<str:key>", views.body, name="body"),
    path("bodies/<str:key>/outbox", views.outbox_of, name="body-outbox"),
    path("bodies/<str:key>/followers", views.followers_of, name="body-followers"),
    path("objects/<uuid:key>/<int:life>", views.document, name="object"),
]
fixed: list[URLPattern | URLResolver] = [
    path(".well-known/webfinger", views.webfinger),
    path(".well-known/nodeinfo", views.nodeinfo_links),
    path("nodeinfo/2.1", views.nodeinfo),
]
