"""``manage.py reissue_documents``"""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.catalogue.reissuing import outdated_documents, reissue

PER_MINUTE = 60


class Command(BaseCommand):
    """Publishes documents of an older schema anew, so slowly that no peer is flooded."""

    help = "After an upgrade: publish own documents of an older schema anew, throttled. May be stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("--per-minute", type=int, default=PER_MINUTE, help=f"at most, {PER_MINUTE}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        if options["per_minute"] < 1:
            raise CommandError("--per-minute is 1 or more.")
        keys = outdated_documents()
        raised = 0
        for number, key in enumerate(keys, start=1):
            if number > 1:
                time.sleep(60 / options["per_minute"])
            raised += reissue(key)
            self.stdout.write(f"{number}/{len(keys)} {key}")
        self.stdout.write(f"{len(keys)} documents of an older schema, {raised} published anew")
