"""Addresses of site search and answers."""

from __future__ import annotations

from django.urls import path

from search import views

urlpatterns = [
    path("suche/", views.results, name="search"),
    path("fragen/", views.answers, name="answers"),
]
