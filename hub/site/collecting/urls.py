"""Addresses of collections, in the site's namespace, under ``/sammlung/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from hub.site.collecting import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.collection, name="collection"),
    path("aendern/", views.change, name="change-collection"),
    path("geteilt/", views.shared, name="shared-collection"),
    path("druck/", views.order, name="order-print"),
    path("druck/<uuid:key>/", views.progress, name="print"),
    path("druck/<uuid:key>/sammlung.pdf", views.download, name="printed"),
    path("<uuid:key>/aufnehmen/", views.collect, name="collect"),
]
