"""Addresses of signing in with another hub's account; allauth includes them below ``/konto/``."""

from __future__ import annotations

from django.urls import path

from federation.members import views
from federation.members.leaving import SignOut

urlpatterns = [
    # In the place of allauth's, which keeps the name of the address.
    path("logout/", SignOut.as_view(), name="members_sign_out"),
    path("instanz/", views.managed, name="members_managed"),
    path("instanz/<slug:slug>/", views.start, name="members_start"),
    path("instanz/<slug:slug>/zurueck/", views.back, name="members_back"),
]
