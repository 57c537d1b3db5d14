"""Addresses of registration, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.registering import (
    again_views,
    colleague_views,
    copy_views,
    group_views,
    others,
    participation,
    views,
)

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/anmelden/", views.register, name="register"),
    path("<uuid:key>/anmelden/gesendet/", views.sent, name="register_sent"),
    path("<uuid:key>/anmelden/gruppe/", group_views.register_group, name="register_group"),
    path("<uuid:key>/mein-link/", again_views.ask_link, name="link_again"),
    path("mein-link/", again_views.ask_links, name="links_again"),
    path("teilnahme/adresse/<str:proof>/", participation.move, name="participation_address"),
    path("teilnahme/kopie/<str:proof>/", copy_views.copies, name="participation_copies"),
    path("teilnahme/<str:token>/", participation.show, name="participation"),
    path("teilnahme/<str:token>/angaben/", participation.change, name="participation_change"),
    path("teilnahme/<str:token>/absagen/", participation.cancel, name="participation_cancel"),
    path("teilnahme/<str:token>/loeschen/", participation.forget, name="participation_forget"),
    path("teilnahme/<str:token>/neuer-link/", participation.renew, name="participation_renew"),
    path("teilnahme/<str:token>/gruppe/<uuid:key>/", colleague_views.colleague, name="colleague"),
    path("teilnahme/<str:token>/kopie/", copy_views.copy, name="participation_copy"),
    path("teilnahme/<str:token>/dabei/", others.show_others, name="participation_others"),
]
