"""Addresses of webhooks, in the site's namespace."""

from __future__ import annotations

from django.urls import URLPattern, path

from hub.site.webhooks import views

urlpatterns: list[URLPattern] = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/neu/", views.new_webhook, name="new-webhook"),
    path("webhooks/<uuid:key>/", views.webhook, name="webhook"),
    path("webhooks/<uuid:key>/aendern/", views.edit_webhook, name="edit-webhook"),
    path("webhooks/<uuid:key>/loeschen/", views.delete_webhook, name="delete-webhook"),
    path("webhooks/<uuid:key>/nachricht/<uuid:message>/", views.send_again, name="webhook-again"),
    path("webhooks/<uuid:key>/<slug:action>/", views.press, name="webhook-press"),
]
