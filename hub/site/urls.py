"""Addresses of the site's own pages."""

from __future__ import annotations

from django.urls import path

from hub.site import views

app_name = "site"

urlpatterns = [
    path("wissen/", views.knowledge, name="knowledge"),
    path("termine/", views.events, name="events"),
    path("kommunen/", views.municipalities, name="municipalities"),
    path("von/<str:source>/<uuid:key>/", views.received),
    path("von/<str:source>/<uuid:key>/<str:slug>/", views.received, name="received"),
    path("id/<uuid:key>", views.by_id, name="by-id"),
    path("impressum/", views.legal_notice, name="legal-notice"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("barrierefreiheit/", views.accessibility, name="accessibility"),
]
