"""App configuration: site search and answers become consumers of the catalogue."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Site search and answers."""

    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register the consumers."""
        from hub.catalogue.consumers import register
        from search.consumers import PASSAGES, SEARCH, follow_passages, follow_search

        register(SEARCH, follow_search)
        register(PASSAGES, follow_passages)
