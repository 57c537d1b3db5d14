"""``manage.py resume_peer``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation.peering.states import resume
from hub.errors import HubError


class Command(BaseCommand):
    """Goes on with a paused peer."""

    help = "Go on with a paused peer; what was missed is fetched at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("peer", help="its short name, as federation_status shows it, or its address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            self.stdout.write(resume(options["peer"]))
        except HubError as error:
            raise CommandError(str(error)) from error
