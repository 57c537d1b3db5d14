"""``manage.py rebuild_search``: build index, vocabulary and passages again from the catalogue."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from search.rebuilding import rebuild


class Command(BaseCommand):
    """Build the search index and the passages again."""

    help = "Build the search index, its vocabulary and the answer passages again from the catalogue."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and report."""
        count = rebuild()
        self.stdout.write(
            f"{count.records} records and {count.passages} passages built in {count.seconds:.1f} s."
        )
