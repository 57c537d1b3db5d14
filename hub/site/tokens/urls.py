"""Addresses of keys for programs, in the site's namespace."""

from __future__ import annotations

from django.urls import URLPattern, path

from hub.site.tokens import views

urlpatterns: list[URLPattern] = [
    path("schluessel/", views.tokens, name="tokens"),
    path("schluessel/<uuid:key>/widerrufen/", views.revoke, name="revoke-token"),
]
