"""What search engines are told of: pages that are at home here.

A document of another hub has its canonical address there, so that its own hub tells of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.db.models import F, Func, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards
from hub.documents import STATEMENTS, Viewer
from hub.env import env
from hub.site.feeds.reading import SHARED
from theme.topics import read_vocabulary

PER_PAGE = 5000
"""Entries of one file; sitemaps.org allows ten times as many, which takes too long to write."""
LISTS = ("/", "/wissen/", "/termine/", "/formate/", "/kommunen/", "/aehnlich/", "/api/")


def at_home() -> QuerySet[CatalogueEntry]:
    """Public records that were written here and have pages of their own."""
    return cards(Viewer.anonymous()).filter(source="", about="").exclude(kind__in=sorted(STATEMENTS))


class Here(Sitemap[str]):
    """Addresses of this hub, whatever name it was asked by."""

    limit = PER_PAGE
    protocol = urlsplit(env.origin).scheme

    def get_domain(self, site: object = None) -> str:
        """Host and port of the origin."""
        return urlsplit(env.origin).netloc

    def location(self, item: str) -> str:
        """The address itself."""
        return item


class Lists(Here):
    """Start page, lists, and the list of each topic."""

    def items(self) -> list[str]:
        """One query."""
        codes = read_vocabulary().names
        return [*LISTS, *(f"/wissen/?{urlencode({'thema': code})}" for code in codes)]


class Bodies(Here):
    """Pages of the bodies that have published something here."""

    def items(self) -> list[str]:
        """One query."""
        keys = at_home().order_by().values_list(Func(F("publishers"), function="unnest"), flat=True)
        return [f"/kommunen/{key}/" for key in sorted(set(keys)) if key]


class Records(Sitemap[CatalogueEntry]):
    """Pages of records."""

    limit = PER_PAGE
    protocol = Here.protocol
    get_domain = Here.get_domain

    def items(self) -> QuerySet[CatalogueEntry]:
        """In an order that new ones do not upset."""
        columns = ("uuid", "path", "source", "title", "changed")
        return at_home().order_by("pk").only(*columns)

    def lastmod(self, item: CatalogueEntry) -> dt.datetime:
        """When it was changed."""
        return item.changed

    def get_latest_lastmod(self) -> dt.datetime | None:
        """When any was; Django would read them all."""
        newest: dt.datetime | None = at_home().aggregate(newest=Max("changed"))["newest"]
        return newest


SITEMAPS: Mapping[str, type[Here] | type[Records]] = {
    "listen": Lists,
    "kommunen": Bodies,
    "beitraege": Records,
}


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """All sitemaps with their pages."""
    found = []
    for name, kind in SITEMAPS.items():
        sitemap = kind()
        address = f"{env.origin}/sitemap-{name}.xml"
        newest = sitemap.get_latest_lastmod()
        for page in sitemap.paginator.page_range:
            query = f"?p={page}" if page > 1 else ""
            found.append({"location": f"{address}{query}", "last_mod": newest})
    response = render(
        request, "sitemap_index.xml", {"sitemaps": found}, content_type="application/xml; charset=utf-8"
    )
    response["Cache-Control"] = SHARED
    return response


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One page of one sitemap; 404 for others."""
    response: TemplateResponse = django_sitemap(request, dict(SITEMAPS), section)
    response["Cache-Control"] = SHARED
    return response
