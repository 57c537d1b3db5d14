"""The start page, and what the personal area keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hub.accounts.viewer import viewer_of
from hub.municipalities.models import Body
from hub.site.collecting.models import PrintedCollection
from hub.site.counting import tally
from hub.site.digest.models import Subscription
from hub.site.personal.models import DueReminder
from hub.site.queries import contributions, latest_contributions, upcoming_events
from hub.site.reach.models import DayCount
from hub.site.searches.models import SavedSearch
from hub.site.tokens.models import AccessToken
from hub.site.webhooks.models import Delivery, Webhook
from theme.labels import KINDS_PLURAL, label
from theme.marks import ACCENTS, accent_of
from theme.topics import Vocabulary, vocabulary_of

__all__ = [
    "AccessToken",
    "DayCount",
    "Delivery",
    "DueReminder",
    "HomePage",
    "PrintedCollection",
    "SavedSearch",
    "Subscription",
    "Webhook",
]

PUBLISHING = "/kommunen/?veroeffentlicht=1"
"""The directory narrowed to bodies that have published."""
LATEST = 6
EVENTS = 4


class HomePage(Page):
    """The start page: what is new from all cities, and the way in by topic, city and question."""

    not_shareable = _("Start page; it shows others' documents.")
    template = "site/home.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("start page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Page context with everything the template shows; six queries."""
        viewer = viewer_of(request)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        counts = tally(contributions(viewer), [{name: name} for name in ("kind", "topics", "publishers")])
        publishers = counts.of_elements("publishers")
        return context | {
            "viewer": viewer,
            "latest": latest_contributions(viewer, LATEST),
            "events": list(upcoming_events(viewer, timezone.now())[:EVENTS]),
            "topics": list_topics(counts.of_elements("topics"), vocabulary_of(request)),
            "figures": list_figures(counts.of_texts("kind"), len(publishers)),
            "cities": list_cities(publishers),
        }


def list_topics(counts: dict[str, int], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Topics that occur, the most frequent first."""
    found = [{"code": code, "label": vocabulary.name(code), "count": n} for code, n in counts.items()]
    return sorted(found, key=lambda topic: (-int(topic["count"]), str(topic["label"])))


def list_figures(kinds: dict[str, int], bodies: int) -> list[dict[str, Any]]:
    """How much there is, with the way to it."""
    figures = [
        {"label": label(KINDS_PLURAL, kind), "count": kinds.get(kind, 0), "url": f"/wissen/?art={kind}"}
        for kind in ("case_report", "module", "event")
    ]
    return [*figures, {"label": _("Municipalities with contributions"), "count": bodies, "url": PUBLISHING}]


def list_cities(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The alliance's cities on the map, with the number of their contributions."""
    return [
        {
            "name": city.name,
            "accent": accent_of(city.key),
            "count": counts.get(city.key, 0),
            "url": reverse("site:body", args=[city.key]),
        }
        for city in Body.objects.filter(pk__in=ACCENTS)
    ]
