"""Addresses of the site's own pages."""

from __future__ import annotations

from django.urls import include, path

from hub.site import views
from hub.site.bodies import views as bodies
from hub.site.personal.urls import urlpatterns as personal

app_name = "site"

urlpatterns = [
    path("wissen/", views.knowledge, name="knowledge"),
    path("termine/", views.events, name="events"),
    path("kommunen/", bodies.municipalities, name="municipalities"),
    path("kommunen/<str:key>/", bodies.body, name="body"),
    path("mein/", include(personal)),
    path("von/<str:source>/<uuid:key>/", views.received),
    path("von/<str:source>/<uuid:key>/<str:slug>/", views.received, name="received"),
    path("id/<uuid:key>", views.by_id, name="by-id"),
    path("impressum/", views.legal_notice, name="legal-notice"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("barrierefreiheit/", views.accessibility, name="accessibility"),
]
