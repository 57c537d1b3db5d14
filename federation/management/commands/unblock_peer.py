"""``manage.py unblock_peer``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation.peering.states import unblock
from hub.errors import HubError


class Command(BaseCommand):
    """Lifts the block of a peer."""

    help = "Lift the block of a peer: what came from it is shown again, the exchange goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("peer", help="its short name, as federation_status shows it, or its address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            self.stdout.write(unblock(options["peer"]))
        except HubError as error:
            raise CommandError(str(error)) from error
