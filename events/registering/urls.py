"""Addresses of registration, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.registering import group_views, participation, views

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/anmelden/", views.register, name="register"),
    path("<uuid:key>/anmelden/gesendet/", views.sent, name="register_sent"),
    path("<uuid:key>/anmelden/gruppe/", group_views.register_group, name="register_group"),
    path("teilnahme/adresse/<str:proof>/", participation.move, name="participation_address"),
    path("teilnahme/<str:token>/", participation.show, name="participation"),
    path("teilnahme/<str:token>/angaben/", participation.change, name="participation_change"),
    path("teilnahme/<str:token>/absagen/", participation.cancel, name="participation_cancel"),
    path("teilnahme/<str:token>/loeschen/", participation.forget, name="participation_forget"),
    path("teilnahme/<str:token>/neuer-link/", participation.renew, name="participation_renew"),
]
