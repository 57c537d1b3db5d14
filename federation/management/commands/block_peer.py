"""``manage.py block_peer``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation.peering.states import block
from hub.errors import HubError


class Command(BaseCommand):
    """Blocks a peer."""

    help = "Refuse everything from a peer and hide what came from it, until unblock_peer."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("peer", help="its short name, as federation_status shows it, or its address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            self.stdout.write(block(options["peer"]))
        except HubError as error:
            raise CommandError(str(error)) from error
