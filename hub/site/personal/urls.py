"""Addresses of the personal area, in the site's namespace."""

from __future__ import annotations

from django.urls import path

from hub.site.personal import account_views, views

urlpatterns = [
    path("", views.personal, name="personal"),
    path("einstellungen/", views.preferences, name="preferences"),
    path("abmelden/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("daten/", account_views.my_data, name="my-data"),
    path("loeschen/", account_views.delete_account, name="delete-account"),
    path("abschied/", account_views.farewell, name="farewell"),
]
