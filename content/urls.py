"""Addresses of content outside the editor: publiccode.yml and its badge."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from content.publiccode import views as publiccode

app_name = "content"

urlpatterns: list[URLPattern | URLResolver] = [
    path("id/<uuid:key>/publiccode.yml", publiccode.export, name="publiccode"),
    path("id/<uuid:key>/publiccode.svg", publiccode.badge, name="publiccode-badge"),
]
