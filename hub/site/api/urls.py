"""Addresses of the read API, in the site's namespace."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, path

from hub.site.api import views
from hub.site.api.answering import open_to_all
from hub.site.api.operations import api


def _opened(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern]:
    """The operations, without the root that django-ninja adds: it answers nothing."""
    return [
        path(f"v1/{each.pattern}", open_to_all(each.callback))
        for each in patterns
        if isinstance(each, URLPattern) and str(each.pattern)
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.explain, name="api"),
    path("v1/openapi.json", open_to_all(views.describe), name="api-description"),
    *_opened(api.urls[0]),
    path("v1/", open_to_all(views.nowhere)),
    path("v1/<path:rest>", open_to_all(views.nowhere)),
]
