"""``manage.py federation_status``"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from federation.queries import peer_health

COLUMNS = ("slug", "state", "seq", "lag", "quarantined", "withheld_files", "last_seen", "last_error")


class Command(BaseCommand):
    """Shows how the exchange with each peer stands."""

    help = "Show how the exchange with each peer stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        rows = peer_health()
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        table = [COLUMNS, *(tuple(_cell(row[name]) for name in COLUMNS) for row in rows)]
        widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
        for line in table:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
