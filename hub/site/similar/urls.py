"""Addresses of the bodies like one of them, under ``/aehnlich/``."""

from __future__ import annotations

from django.urls import path

from hub.site.similar import views

urlpatterns = [
    path("", views.choose, name="similar-choose"),
    path("formel/", views.formula, name="similar-formula"),
    path("<str:key>/", views.similar, name="similar"),
]
