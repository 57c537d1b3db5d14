"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
