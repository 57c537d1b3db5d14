"""Addresses of the city's provider; allauth includes them below ``/konto/`` and knows them by these names."""

from __future__ import annotations

from django.urls import path

from hub.accounts.social import views

urlpatterns = [
    path("oidc/<str:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
