"""Addresses of the digest, in the site's namespace."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from hub.site.digest import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.subscribe, name="digest"),
    path("gesendet/", views.sent, name="digest-sent"),
    path("bestaetigen/<str:token>/", views.confirm, name="digest-confirm"),
    path("einstellungen/<str:token>/", views.manage, name="digest-manage"),
    path("abmelden/<str:token>/", views.unsubscribe, name="digest-unsubscribe"),
]
