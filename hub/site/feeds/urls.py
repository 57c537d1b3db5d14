"""Addresses of feeds, sitemap and embedding, in the site's namespace."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from hub.site.feeds import embed_views, for_machines, sitemaps, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("feeds/wissen.atom", views.feed, {"form": "atom"}, name="feed-atom"),
    path("feeds/wissen.json", views.feed, {"form": "json"}, name="feed-json"),
    path("feeds/<str:name>/<str:value>.atom", views.short_feed, {"form": "atom"}),
    path("feeds/<str:name>/<str:value>.json", views.short_feed, {"form": "json"}),
    path("oembed", embed_views.oembed, name="oembed"),
    path("id/<uuid:key>/karte/", embed_views.card, name="card"),
    path("sitemap.xml", sitemaps.sitemap_index),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section),
    path("robots.txt", for_machines.robots),
    path("llms.txt", for_machines.llms),
]
