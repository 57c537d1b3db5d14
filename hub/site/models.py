"""The start page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hub.accounts.viewer import viewer_of
from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.site.queries import body_entries, contributions, count_facets, latest_contributions, upcoming_events
from theme.labels import KINDS_PLURAL, TOPICS, label
from theme.marks import ACCENTS, accent_of

LATEST = 6
EVENTS = 4


class HomePage(Page):
    """The start page: what is new on all hubs, and the way in by topic, city and question."""

    not_shareable = _("Start page; it shows others' documents.")
    template = "site/home.html"
    max_count = 1
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("start page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Page context with everything the template shows; six queries."""
        viewer = viewer_of(request)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        counts = count_facets(dict.fromkeys(("kind", "topics", "publishers"), contributions(viewer)))
        return context | {
            "viewer": viewer,
            "latest": latest_contributions(viewer, LATEST),
            "events": list(upcoming_events(viewer, timezone.now())[:EVENTS]),
            "topics": list_topics(counts["topics"]),
            "figures": list_figures(counts["kind"], len(counts["publishers"])),
            "cities": list_cities(viewer, counts["publishers"]),
        }


def list_topics(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Topics that occur, the most frequent first."""
    found = [{"code": code, "label": label(TOPICS, code), "count": n} for code, n in counts.items()]
    return sorted(found, key=lambda topic: (-int(topic["count"]), str(topic["label"])))


def list_figures(kinds: dict[str, int], bodies: int) -> list[dict[str, Any]]:
    """How much there is, with the way to it."""
    figures = [
        {"label": label(KINDS_PLURAL, kind), "count": kinds.get(kind, 0), "url": f"/wissen/?art={kind}"}
        for kind in ("case_report", "module", "event")
    ]
    return [*figures, {"label": _("Municipalities"), "count": bodies, "url": "/kommunen/"}]


def list_cities(viewer: Viewer, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The alliance's cities on the map, with the number of their contributions."""
    pages = body_entries(viewer)
    return [
        {
            "name": city.name,
            "accent": accent_of(city.key),
            "count": counts.get(city.key, 0),
            "url": pages[city.key].get_absolute_url()
            if city.key in pages
            else f"/wissen/?kommune={city.key}",
        }
        for city in Body.objects.filter(pk__in=ACCENTS)
    ]
