"""Addresses of saved searches and of the feed of a search, in the site's namespace."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from hub.site.searches import feed, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("suche/feed.atom", feed.search_feed, {"form": "atom"}, name="search-feed"),
    path("suche/feed.json", feed.search_feed, {"form": "json"}, name="search-feed-json"),
    path("mein/suchen/", views.searches, name="searches"),
    path("mein/suchen/neu/", views.new_search, name="new-search"),
    path("mein/suchen/zurueckholen/", views.restore_search, name="restore-search"),
    path("mein/suchen/abmelden/<str:token>/", views.unsubscribe, name="searches-unsubscribe"),
    path("mein/suchen/<uuid:key>/", views.edit_search, name="edit-search"),
    path("mein/suchen/<uuid:key>/loeschen/", views.delete_search, name="delete-search"),
]
